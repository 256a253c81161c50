//! Who stands where on what.
//!
//! A frame is a word that takes a position. Its holder is the actor of its subject, the speaker inside a statement, or who
//! stands after "by"; its target is what follows. A denial turns the position or takes it away, and two denials meet:
//! "does not mean the door is shut" is open.

mod frames;
mod read;
mod who;

use crate::extract::lexicon::Lexicons;
use crate::extract::reading::Reading;
use crate::extract::words::Words;
use crate::model::extraction::{Actor, Quote, Stance};

/// Finds the stances of an article, sorted by evidence. Only actors hold stances.
pub fn find(reading: &Reading<'_>, actors: &[Actor], quotes: &[Quote], _lexicons: &Lexicons) -> Vec<Stance> {
    let words = Words::new(reading, actors);
    let mut found = Vec::new();
    for unit in words.units {
        read::unit(&words, unit, actors, quotes, &mut found);
    }
    found.sort_by_key(|stance: &Stance| (stance.evidence, stance.target.span));
    found.dedup_by(|later, earlier| {
        later.holder == earlier.holder && later.position == earlier.position && later.target.span.overlaps(earlier.target.span)
    });
    found
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::extract::fixture::{actor, article};
    use crate::extract::lexicon::Lexicons;
    use crate::extract::quotes;
    use crate::extract::reading::Reading;
    use crate::model::extraction::ActorKind;

    /// `holder position PLOVER: target (by whom)`, one a line.
    fn shown(text: &str) -> String {
        let article = article(text);
        let reading = Reading::new(&article, "en");
        let actors = [
            actor(text, "vorel", ActorKind::Person, &["Vorel"]),
            actor(text, "norland", ActorKind::State, &["Norland"]),
            actor(text, "sudland", ActorKind::State, &["Sudland"]),
            actor(text, "norland-officials", ActorKind::Group, &["Norland officials"]),
        ];
        let (lexicons, _) = Lexicons::new(&[]);
        let quotes = quotes::find(&reading, &actors, &lexicons);
        let lines: Vec<String> = find(&reading, &actors, &quotes, &lexicons)
            .iter()
            .map(|one| {
                let by = one.by.as_ref().map(|by| format!(" (by {by})")).unwrap_or_default();
                format!("{} {} {}: {}{by}", one.holder, one.position.as_str(), one.plover.unwrap_or("-"), one.target.span.of(text))
            })
            .collect();
        lines.join("\n")
    }

    #[test]
    fn positions() {
        insta::assert_snapshot!(shown("Norland rejected the new border treaty."), @"norland oppose REJECT: the new border treaty");
        insta::assert_snapshot!(shown("Norland backs the border treaty with Sudland."), @"norland support SUPPORT: the border treaty with Sudland");
        insta::assert_snapshot!(shown("Norland demanded that Sudland open the border."), @"norland demand DEMAND: Sudland open the border");
        insta::assert_snapshot!(shown("Norland accused Sudland of breaking the treaty."), @"norland accuse DISAPPROVE: Sudland of breaking the treaty");
        insta::assert_snapshot!(shown("Norland warned that the treaty could fail."), @"norland warn THREATEN: the treaty could fail");
        insta::assert_snapshot!(shown("Norland threatened to close the border."), @"norland threaten THREATEN: close the border");
        insta::assert_snapshot!(shown("Norland ruled out a new treaty."), @"norland oppose REJECT: a new treaty");
        insta::assert_snapshot!(shown("Norland called for an early vote."), @"norland demand DEMAND: an early vote");
        insta::assert_snapshot!(shown("Norland views the treaty as a threat."), @"norland oppose REJECT: the treaty");
        insta::assert_snapshot!(shown("Norland remains committed to the treaty."), @"norland support SUPPORT: the treaty");
        insta::assert_snapshot!(shown("Norland’s opposition to the treaty is old."), @"norland oppose REJECT: the treaty");
        insta::assert_snapshot!(shown("Norland proposed a new treaty, supported by Sudland."), @"
        norland propose AGREE: a new treaty
        sudland support SUPPORT: a new treaty (by norland)
        ");
    }

    #[test]
    fn events_that_are_announced_or_fought() {
        insta::assert_snapshot!(shown("Norland will visit Sudland in May."), @"norland neutral AGREE: Sudland in May");
        insta::assert_snapshot!(shown("Norland will sanction Sudland."), @"norland oppose THREATEN: Sudland");
        insta::assert_snapshot!(shown("Norland agreed to extradite the rebels to Sudland."), @"norland agree AGREE: extradite the rebels to Sudland");
        insta::assert_snapshot!(shown("Norland forces bombed the port of Sudland."), @"norland neutral FIGHT: the port of Sudland");
        insta::assert_snapshot!(shown("Norland launched a new investigation into the bank."), @"norland neutral INVESTIGATE: the bank");
        insta::assert_snapshot!(shown("Vorel said that Sudland must open the border."), @"vorel demand DEMAND: Sudland must open the border");
    }

    #[test]
    fn those_who_are_joined_hold_it_together() {
        insta::assert_snapshot!(shown("Norland and Sudland rejected the treaty."), @"
        sudland oppose REJECT: the treaty
        norland oppose REJECT: the treaty
        ");
        insta::assert_snapshot!(shown("Vorel and a group of deputies rejected the treaty."), @"vorel oppose REJECT: the treaty");
    }

    #[test]
    fn it_is_directed_at_the_first_who_is_named() {
        let directed = |text: &str| {
            let article = article(text);
            let reading = Reading::new(&article, "en");
            let actors = [
                actor(text, "vorel", ActorKind::Person, &["Vorel"]),
                actor(text, "norland", ActorKind::State, &["Norland"]),
                actor(text, "sudland", ActorKind::State, &["Sudland"]),
                actor(text, "westland", ActorKind::State, &["Westland"]),
            ];
            let (lexicons, _) = Lexicons::new(&[]);
            let stances = find(&reading, &actors, &[], &lexicons);
            stances.iter().flat_map(|stance| &stance.target.actors).map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        insta::assert_snapshot!(directed("Norland accused Sudland and Westland of a raid."), @"sudland, westland");
        insta::assert_snapshot!(directed("Norland accused Sudland of a raid in Westland."), @"sudland");
        insta::assert_snapshot!(directed("Norland condemned Sudland's president Vorel."), @"vorel");
    }

    #[test]
    fn others_are_not_the_speaker() {
        insta::assert_snapshot!(shown("“Residents reject the treaty,” Vorel said."), @"");
        insta::assert_snapshot!(shown("A reporter was arrested in Norland, Vorel said."), @"norland neutral COERCE: A reporter (by vorel)");
        insta::assert_snapshot!(shown("Vorel vowed to attack Sudland."), @"vorel agree THREATEN: attack Sudland");
        insta::assert_snapshot!(shown("Norland will not meet Vorel."), @"norland oppose REJECT: Vorel");
    }

    #[test]
    fn officials_and_nouns_stand_for_their_state() {
        insta::assert_snapshot!(shown("Norland officials reject the treaty."), @"norland oppose REJECT: the treaty (by norland-officials)");
        insta::assert_snapshot!(shown("At the heart of Norland’s position is a deep opposition to the treaty."), @"norland oppose REJECT: the treaty");
    }

    #[test]
    fn denials_turn_positions() {
        insta::assert_snapshot!(shown("Norland did not reject the treaty."), @"norland open -: the treaty");
        insta::assert_snapshot!(shown("Norland does not support the treaty."), @"norland oppose REJECT: the treaty");
        insta::assert_snapshot!(shown("This does not mean that Norland has shut the door on talks."), @"norland open -: talks");
        insta::assert_snapshot!(shown("Norland has not ruled out a new treaty."), @"norland open -: a new treaty");
    }

    #[test]
    fn whose_position_and_who_says_so() {
        insta::assert_snapshot!(shown("“Norland rejects the treaty,” Vorel said."), @"norland oppose REJECT: the treaty (by vorel)");
        insta::assert_snapshot!(shown("“We reject the treaty,” Vorel said."), @"vorel oppose REJECT: the treaty");
        insta::assert_snapshot!(shown("The treaty was rejected by Norland."), @"norland oppose REJECT: The treaty");
    }

    #[test]
    fn nouns_are_no_verbs() {
        insta::assert_snapshot!(shown("Norland kept a support line open during the attack."), @"");
    }
}
