use jiff::{SignedDuration, Timestamp};

use crate::alert::story::{Item, Limits, Link, Placed, Signature, Source, Stories};
use crate::model::id::EntryId;

const ARTICLES: &[&str] = &[
    "Ferry strike halts crossings to Gotland\n\nCrews of the Gotland ferries walked out on Monday over pay, the union Seko said.",
    "Parliament passes budget in Lisbon\n\nLawmakers in Lisbon approved the budget for next year after a night of votes.",
    "Gotland cut off as ferry crews strike\n\nNo ferry left Nynäshamn for Gotland on Monday; the union Seko wants higher pay for crews.",
    "Lisbon budget wins narrow majority\n\nThe budget passed parliament in Lisbon with four votes more than needed.",
    "Comet seen over the Andes\n\nAstronomers in Chile photographed a comet with the naked eye above the Andes.",
];

/// A text of its own, long enough to have a fingerprint that means something.
fn source(text: &str) -> Source<'_> {
    let article = crate::extract::reading::plain_article(text);
    let fingerprint = crate::extract::fingerprint::of(&crate::extract::reading::Reading::new(&article, "en"));
    Source { text, language: "en", fingerprint, ..Source::default() }
}

fn placed(stories: &mut Stories, number: u8, outlet: &str, at: Option<Timestamp>, source: &Source<'_>) -> Placed {
    stories.place(&Item { id: EntryId([number; 16]), outlet: Some(outlet), at, signature: &Signature::new(source) })
}

fn shown(limits: Limits) -> String {
    let mut stories = Stories::new(limits);
    let placed = ARTICLES.iter().enumerate().map(|(number, text)| {
        let outlet = if number % 2 == 0 { "Even" } else { "Odd" };
        let Placed { story, .. } = placed(&mut stories, u8::try_from(number).unwrap(), outlet, None, &source(text));
        format!("{}:{} in {}", story.id.as_str().get(..2).unwrap(), story.items, story.outlets)
    });
    placed.collect::<Vec<_>>().join(" ")
}

#[test]
fn articles_find_their_story() {
    insta::assert_snapshot!(shown(Limits::default()), @"00:1 in 1 01:1 in 1 00:2 in 1 01:2 in 1 04:1 in 1");
}

#[test]
fn what_is_forgotten_begins_anew() {
    insta::assert_snapshot!(shown(Limits { articles: 1, texts: 1 }), @"00:1 in 1 01:1 in 1 02:1 in 1 03:1 in 1 04:1 in 1");
}

const WIRE: &str = "The ministers of seven coastal states agreed on Tuesday to share the cost of a new rescue centre, and named a board that is \
    to choose its seat before the summer, a spokeswoman of the council said after talks that had lasted for two days.";

#[test]
fn a_copy_in_another_outlet_is_surely_the_same_story() {
    let mut stories = Stories::new(Limits::default());
    let titles = ["Coastal states to share rescue centre", "Seven states agree on rescue centre", "Rescue centre: board to choose seat"];
    let seen: Vec<(Link, u32)> = titles
        .iter()
        .zip(0..)
        .map(|(title, number)| {
            let placed = placed(&mut stories, number, title, None, &Source { title: Some(title), ..source(WIRE) });
            (placed.link, placed.story.outlets)
        })
        .collect();
    assert_eq!(seen, [(Link::First, 1), (Link::Sure, 2), (Link::Sure, 3)]);
    assert_eq!(stories.held.len(), 1, "copies are not kept to be compared with");
    // Read again after a crash, it is where it was and counts once.
    let again = placed(&mut stories, 1, titles[1], None, &Source { title: Some(titles[1]), ..source(WIRE) });
    assert_eq!((again.link, again.story.outlets, again.story.items), (Link::Sure, 3, 3));
}

#[test]
fn reports_of_one_kind_with_other_numbers_are_not_silenced() {
    let mut stories = Stories::new(Limits::default());
    let text = "The seismological service has recorded an earthquake off the coast of Honshu. No damage was reported at first.";
    for (number, title) in
        ["Magnitude 5.1 quake off Honshu", "Magnitude 4.7 quake off Honshu", "Magnitude 4.9 quake off Honshu"].iter().enumerate()
    {
        let source = Source { title: Some(title), ..source(text) };
        let placed = placed(&mut stories, u8::try_from(number).unwrap(), "Service", None, &source);
        assert_ne!(placed.link, Link::Sure, "{title}");
    }
}

#[test]
fn after_a_week_without_news_a_story_is_over() {
    let start: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
    let days = |days: i64| Some(start + SignedDuration::from_hours(24 * days));
    let mut stories = Stories::new(Limits::default());
    let links: Vec<Link> =
        [0, 3, 9, 17].iter().zip(0..).map(|(day, number)| placed(&mut stories, number, "A", days(*day), &source(WIRE)).link).collect();
    assert_eq!(links, [Link::First, Link::Sure, Link::Sure, Link::First]);
}

#[test]
fn known_actors_and_numbers_join_languages_but_silence_nothing() {
    let mut stories = Stories::new(Limits::default());
    for (number, text) in ARTICLES.iter().enumerate() {
        placed(&mut stories, 100 + u8::try_from(number).unwrap(), "Other", None, &source(text));
    }
    let actors = ["macron", "merz", "france", "germany"];
    let english = Source {
        text: "Macron and Merz agree on 36 jets and 1,200 jobs\n\nFrance and Germany settled it.",
        language: "en",
        actors: &actors,
        ..Source::default()
    };
    let french = Source {
        text: "Macron et Merz d'accord sur 36 avions et 1,200 emplois\n\nLa France et l'Allemagne.",
        language: "fr",
        actors: &actors,
        ..Source::default()
    };
    let one = placed(&mut stories, 1, "A", None, &english);
    let other = placed(&mut stories, 2, "B", None, &french);
    assert_eq!((other.link, other.story.id), (Link::Likely, one.story.id));
    let apart = Source { text: "Macron et Merz se rencontrent à Nice", language: "fr", actors: &["macron", "merz"], ..Source::default() };
    assert_eq!(placed(&mut stories, 3, "B", None, &apart).link, Link::First);
}

#[test]
fn a_restart_changes_nothing() {
    let mut stories = Stories::new(Limits::default());
    let mut kept = Vec::new();
    for (number, text) in ARTICLES.iter().enumerate().take(2) {
        let signature = Signature::new(&source(text));
        let item = Item { id: EntryId([u8::try_from(number).unwrap(); 16]), outlet: Some("A"), at: None, signature: &signature };
        let placed = stories.place(&item);
        kept.push((item.id, EntryId::parse(placed.story.id.as_str()).unwrap(), placed.link, signature.to_bytes()));
    }
    let mut anew = Stories::new(Limits::default());
    for (id, story, link, bytes) in kept {
        let signature = Signature::from_bytes(&bytes).unwrap();
        anew.restore(&Item { id, outlet: Some("A"), at: None, signature: &signature }, story, link);
    }
    for (number, text) in ARTICLES.iter().enumerate() {
        let number = u8::try_from(number).unwrap();
        assert_eq!(placed(&mut stories, number, "B", None, &source(text)), placed(&mut anew, number, "B", None, &source(text)));
    }
}
