//! `check`: all faults of configuration and watch lists, and whether the examples hold.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use crate::alert::rules::Rules;
use crate::cli::args::{CheckArguments, Format};
use crate::cli::measured::Measured;
use crate::config::{Config, Environment, Loaded, in_file_order, load};
use crate::model::id::{ChannelId, WatchId};
use crate::problem::render::{Colour, counted, render};
use crate::problem::{Place, Problem};
use crate::text::safe::one_line;
use crate::watch::quality::is_guess;

/// Exit code for wrong configuration, `EX_CONFIG` of sysexits.
pub const EXIT_CONFIGURATION: u8 = 78;

/// Spellings of one word that `--expand` prints.
const SPELLINGS_SHOWN: usize = 8;

/// How text for people looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether it shows colour.
    pub colour: Colour,
}

/// Reads and checks the configuration at `path`, runs the examples of its watches, and writes what is wrong.
///
/// `run_example` gives the watches that hold for a text, `measure` what they do on stored articles, where there are some: then
/// nothing is guessed of how much they may bring. Nothing is asked over the network.
/// Gives exit code 78 when there is an error, 0 when all is well or there are warnings alone.
///
/// # Errors
/// When `out` cannot be written.
pub fn run(
    arguments: &CheckArguments,
    path: &Path,
    environment: &Environment,
    run_example: impl Fn(&Config, &str) -> Vec<WatchId>,
    measure: impl Fn(&Config) -> Option<Measured>,
    look: Look,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let Loaded { config, mut problems } = load(path, environment);
    let measured = config.as_ref().and_then(measure);
    if let Some(config) = &config {
        problems.extend(failing_examples(config, run_example));
        if let Some(measured) = &measured {
            problems.retain(|problem| !is_guess(problem));
            problems.extend(measured.problems());
        }
        in_file_order(&mut problems, &config.files);
    }
    match arguments.format {
        Format::Text => {
            out.write_all(text(path, config.as_ref(), &problems, look).as_bytes())?;
            if !problems.iter().any(Problem::is_error) {
                out.write_all(measured.as_ref().map(Measured::silent).unwrap_or_default().as_bytes())?;
            }
            if let Some(config) = config.as_ref().filter(|_| arguments.expand) {
                out.write_all(expanded(config).as_bytes())?;
            }
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &problems.iter().map(ProblemRecord::from).collect::<Vec<_>>())?;
            writeln!(out)?;
        }
        Format::Jsonl => {
            for problem in &problems {
                serde_json::to_writer(&mut *out, &ProblemRecord::from(problem))?;
                writeln!(out)?;
            }
        }
    }
    out.flush()?;
    let is_wrong = problems.iter().any(Problem::is_error);
    Ok(if is_wrong { ExitCode::from(EXIT_CONFIGURATION) } else { ExitCode::SUCCESS })
}

/// Examples whose watch does not do what they say.
fn failing_examples(config: &Config, run_example: impl Fn(&Config, &str) -> Vec<WatchId>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (facts, example) in config.watches.examples() {
        let watch = &facts.watch.id;
        let holds = run_example(config, &example.text).contains(watch);
        if holds == example.matches {
            continue;
        }
        let message = if holds {
            format!("the watch `{watch}` matches this example, which says it must not")
        } else {
            format!("the watch `{watch}` does not match this example, which says it must")
        };
        let help = format!("`wirewatch explain --watch {watch}` shows which conditions hold for a text");
        problems.push(Problem::error(message, example.place.clone()).help(help));
    }
    problems
}

fn text(path: &Path, config: Option<&Config>, problems: &[Problem], look: Look) -> String {
    let mut text = render(problems, look.width, look.colour);
    if let Some(config) = config.filter(|_| !problems.iter().any(Problem::is_error)) {
        text.push_str(&well(path, config));
        text.push_str(&routes(&config.rules));
    }
    text
}

/// Such as `wirewatch.toml and 2 watch files are well: 21 feeds, 8 watches, 12 examples hold`.
fn well(path: &Path, config: &Config) -> String {
    let counts = config.counts;
    let files = match counts.watch_files {
        0 => format!("{} is well", path.display()),
        files => format!("{} and {} are well", path.display(), counted(files, "watch file")),
    };
    let examples = match config.watches.examples().count() {
        0 => "no examples".to_owned(),
        1 => "1 example holds".to_owned(),
        examples => format!("{examples} examples hold"),
    };
    let [feeds, actors, topics, watches] =
        [(config.feeds.len(), "feed"), (counts.actors, "actor"), (counts.topics, "topic"), (counts.watches, "watch")]
            .map(|(count, noun)| counted(count, noun));
    let holders = if counts.holders == 0 { String::new() } else { format!(", {}", counted(counts.holders, "office holder")) };
    format!("{files}: {feeds}, {actors}{holders}, {topics}, {watches}, {examples}\n")
}

/// Which channels get what and when, where anything but "at once" was said.
fn routes(rules: &Rules) -> String {
    let mut text = String::new();
    for (severity, channels) in rules.by_severity.iter().rev() {
        let names = channels.iter().map(ChannelId::as_str).collect::<Vec<_>>().join(", ");
        text.extend([format!("  {} → {}\n", severity.as_str(), if names.is_empty() { "the alert log alone" } else { &names })]);
    }
    for (channel, own) in &rules.channels {
        let mut parts = Vec::new();
        if let Some(digest) = own.digest {
            parts.push(format!("digest {digest}"));
        }
        if !own.quiet.is_empty() {
            parts.push(format!("quiet {}", own.quiet.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")));
        }
        parts.extend(own.most.map(|most| format!("{most} one by one, the rest as a digest")));
        text.extend([format!("  {channel}: {}\n", parts.join("; "))]);
    }
    if !rules.channels.is_empty() {
        text.extend([format!("  times are those of {}\n", rules.zone.iana_name().unwrap_or("this machine"))]);
    }
    text
}

/// What the watches in the short form become, and what stands for each word of a topic.
fn expanded(config: &Config) -> String {
    let mut text = String::new();
    for one in crate::watch::expand(&config.watches) {
        text.extend([format!("\n{}\n  {}\n", one_line(&one.watch), one_line(&one.query))]);
        for word in &one.words {
            let sign = if word.is_rarest { '*' } else { ' ' };
            text.extend([format!("  {sign} {:<24} {:.1}", one_line(&word.word), word.weight)]);
            let lists = [("actor", &word.actors), ("also", &word.spellings), ("family", &word.family)];
            for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
                let first: Vec<&str> = list.iter().take(SPELLINGS_SHOWN).map(String::as_str).collect();
                let more = list.len() - first.len();
                let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
                text.extend([format!("  {name}: {}{rest}", one_line(&first.join(", ")))]);
            }
            text.push('\n');
        }
    }
    text
}

/// A problem as data.
#[derive(Debug, Serialize)]
struct ProblemRecord<'a> {
    level: &'static str,
    file: Option<&'a str>,
    /// From 1.
    line: Option<usize>,
    /// From 1, in characters.
    column: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

impl<'a> From<&'a Problem> for ProblemRecord<'a> {
    fn from(problem: &'a Problem) -> Self {
        let (line, column) = problem.place.as_ref().map(Place::line_and_column).unzip();
        Self {
            level: problem.level.as_str(),
            file: problem.place.as_ref().map(|place| place.source.name.as_str()),
            line,
            column,
            message: &problem.message,
            help: problem.help.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::args::{CheckArguments, Format};
    use crate::cli::check::{Look, run};
    use crate::config::Environment;
    use crate::model::id::WatchId;
    use crate::problem::render::Colour;

    /// What `check` writes and its exit code, with a watch that holds where its name is in the text.
    fn shown(format: Format, files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("watch.d")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut out = Vec::new();
        let holds = |_: &crate::config::Config, text: &str| text.split(' ').map(WatchId::from).collect();
        let look = Look { width: 100, colour: Colour::Plain };
        let path = folder.path().join("wirewatch.toml");
        let code = run(&CheckArguments { format, expand: false }, &path, &Environment::default(), holds, |_| None, look, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap().replace(&format!("{}/", folder.path().display()), "");
        format!("{text}{code:?}")
    }

    const WELL: &str = r#"
[[feed]]
id = "a"
url = "https://example.org/rss"
[[watch]]
id = "talks"
when = "talks"
examples = [{ text = "on talks", matches = true }, { text = "nothing", matches = false }]
"#;

    const FAILING: &str = r#"
[[watch]]
id = "force"
when = "force"
notify = ["log"]
examples = [{ text = "nothing", matches = true }, { text = "a force", matches = false }]
"#;

    #[test]
    fn all_is_well() {
        insta::assert_snapshot!(shown(Format::Text, &[("wirewatch.toml", WELL)]), @"
        wirewatch.toml is well: 1 feed, 0 actors, 0 topics, 1 watch, 2 examples hold
        ExitCode(unix_exit_status(0))
        ");
        insta::assert_snapshot!(shown(Format::Text, &[("wirewatch.toml", WELL), ("watch.d/a.toml", "")]), @"
        wirewatch.toml and 1 watch file are well: 1 feed, 0 actors, 0 topics, 1 watch, 2 examples hold
        ExitCode(unix_exit_status(0))
        ");
        insta::assert_snapshot!(shown(Format::Jsonl, &[("wirewatch.toml", WELL)]), @"ExitCode(unix_exit_status(0))");
    }

    #[test]
    fn examples_that_fail_are_faults_at_their_place() {
        insta::assert_snapshot!(shown(Format::Text, &[("wirewatch.toml", WELL), ("watch.d/a.toml", FAILING)]), @r#"
          ⚠ `notify` names `log`, which every alert is written to anyway
           ╭─[watch.d/a.toml:5:11]
         5 │ notify = ["log"]
           ·           ─────
           ╰────
          help: leave it out

          × the watch `force` does not match this example, which says it must
           ╭─[watch.d/a.toml:6:22]
         6 │ examples = [{ text = "nothing", matches = true }, { text = "a force", matches = false }]
           ·                      ─────────
           ╰────
          help: `wirewatch explain --watch force` shows which conditions hold for a text

          × the watch `force` matches this example, which says it must not
           ╭─[watch.d/a.toml:6:60]
         6 │ examples = [{ text = "nothing", matches = true }, { text = "a force", matches = false }]
           ·                                                            ─────────
           ╰────
          help: `wirewatch explain --watch force` shows which conditions hold for a text

        2 errors and 1 warning in 1 file
        ExitCode(unix_exit_status(78))
        "#);
    }

    #[test]
    fn faults_as_data() {
        insta::assert_snapshot!(shown(Format::Jsonl, &[("wirewatch.toml", WELL), ("watch.d/a.toml", FAILING)]), @r#"
        {"level":"warning","file":"watch.d/a.toml","line":5,"column":11,"message":"`notify` names `log`, which every alert is written to anyway","help":"leave it out"}
        {"level":"error","file":"watch.d/a.toml","line":6,"column":22,"message":"the watch `force` does not match this example, which says it must","help":"`wirewatch explain --watch force` shows which conditions hold for a text"}
        {"level":"error","file":"watch.d/a.toml","line":6,"column":60,"message":"the watch `force` matches this example, which says it must not","help":"`wirewatch explain --watch force` shows which conditions hold for a text"}
        ExitCode(unix_exit_status(78))
        "#);
        insta::assert_snapshot!(shown(Format::Json, &[("wirewatch.toml", "stat = 1")]), @r#"
        [
          {
            "level": "error",
            "file": "wirewatch.toml",
            "line": 1,
            "column": 1,
            "message": "`stat` is not a known key",
            "help": "did you mean `state`?"
          }
        ]
        ExitCode(unix_exit_status(78))
        "#);
        insta::assert_snapshot!(shown(Format::Jsonl, &[]), @r#"
        {"level":"error","file":null,"line":null,"column":null,"message":"cannot read wirewatch.toml: No such file or directory (os error 2)","help":"name the configuration with -c FILE"}
        ExitCode(unix_exit_status(78))
        "#);
    }
}
