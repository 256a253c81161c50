//! How much an article is about an actor.

use crate::extract::reading::Reading;
use crate::model::extraction::{Actor, MentionKind};
use crate::model::span::Span;

/// What a mention in the headline counts, against one in the body.
const HEADLINE: f32 = 4.0;
/// What a mention in the standfirst or in the first paragraph counts.
const LEAD: f32 = 2.0;
/// What a pronoun, an adjective or a place counts, of a name in the same spot.
const WEAK: f32 = 0.5;
/// The weight from which on an actor can be the one an article is about: a headline and a lead.
const FULL: f32 = 6.0;

/// Fills [`Actor::salience`]: the weighted mentions, against those of the actor with most of them; between 0 and 1.
pub fn fill(reading: &Reading<'_>, actors: &mut [Actor]) {
    let headline = reading.headline();
    let standfirst = reading.article.standfirst.as_ref().and_then(|found| found.span);
    let lead = reading.article.paragraphs.first().copied();
    let within = |part: Option<Span>, span: Span| part.is_some_and(|part| part.contains(span));
    let weights: Vec<f32> = actors
        .iter()
        .map(|actor| {
            let weigh = |span: Span| {
                if within(headline, span) {
                    HEADLINE
                } else if within(standfirst, span) || within(lead, span) {
                    LEAD
                } else {
                    1.0
                }
            };
            let kind = |kind| if matches!(kind, MentionKind::Pronoun | MentionKind::Demonym | MentionKind::Place) { WEAK } else { 1.0 };
            actor.mentions.iter().map(|mention| weigh(mention.span) * kind(mention.kind)).sum()
        })
        .collect();
    let most = weights.iter().copied().fold(FULL, f32::max);
    for (actor, weight) in actors.iter_mut().zip(weights) {
        actor.salience = ((weight / most) * 100.0).round() / 100.0;
    }
}

#[cfg(test)]
mod tests {
    use super::fill;
    use crate::extract::actors::find;
    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::{Reading, headed_article};

    fn shown(text: &str) -> String {
        let (lexicons, _) = Lexicons::new(&[]);
        let article = headed_article(text);
        let reading = Reading::new(&article, "en");
        let mut actors = find(&reading, &lexicons);
        fill(&reading, &mut actors);
        actors.iter().map(|actor| format!("{} {}", actor.id, actor.salience)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn headline_weighs_most() {
        insta::assert_snapshot!(shown("Ukraine asks NATO for help\n\nUkraine wrote to NATO.\n\nUkraine waits. Poland and Ukraine talk."), @"ukraine 1, nato 0.75, poland 0.13");
    }
}
