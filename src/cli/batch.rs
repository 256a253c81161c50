//! The batch form of commands: JSON lines in, JSON lines out, on every core, in the order given, in bounded memory.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

/// Bytes of lines that are handed to a worker at once: small lines share the cost of a hand-over.
const CHUNK_BYTES: usize = 64 * 1024;
/// Lines of a chunk at most, so that slow lines spread over the workers.
const CHUNK_LINES: usize = 64;
/// Chunks on their way for each worker. Together with [`CHUNK_BYTES`] this bounds memory.
const CHUNKS_PER_WORKER: usize = 4;

struct Chunk {
    number: usize,
    lines: Vec<Vec<u8>>,
}

/// Runs `work` on every line of `reader` and writes the answers to `writer` in the same order.
///
/// `work` gets the line as JSON and gives an object; the line's `id` is put in front of it. A line that is no JSON object,
/// or that `work` refuses, gives `{"id": …, "error": "…"}`. Empty lines give nothing.
///
/// # Errors
/// When reading or writing fails. A reader of the output that went away is no error: the batch ends.
pub fn run<W>(reader: impl BufRead + Send, mut writer: impl Write, work: W) -> io::Result<()>
where
    W: Fn(Value) -> Result<Value, String> + Sync,
{
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let (chunk_sender, chunks) = sync_channel::<Chunk>(workers);
    let chunks = Arc::new(Mutex::new(chunks));
    let (answer_sender, answers) = channel::<(usize, Vec<u8>)>();
    let (permit_sender, permits) = sync_channel::<()>(workers * CHUNKS_PER_WORKER);

    thread::scope(|scope| {
        let reading = scope.spawn(move || read(reader, &chunk_sender, &permit_sender));
        for _ in 0..workers {
            let (chunks, sender, work) = (Arc::clone(&chunks), answer_sender.clone(), &work);
            scope.spawn(move || answer_chunks(&chunks, &sender, work));
        }
        drop((chunks, answer_sender));
        let written = write(&mut writer, &answers, &permits);
        // The reader may wait for a permit; without a receiver it stops.
        drop(permits);
        drop(answers);
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(error),
            Ok(()) => read,
        }
    })
}

/// Cuts the input into chunks. A permit is taken for each chunk and given back when it was written.
fn read(mut reader: impl BufRead, chunks: &SyncSender<Chunk>, permits: &SyncSender<()>) -> io::Result<()> {
    let mut number = 0;
    let mut ended = false;
    while !ended {
        let mut chunk = Chunk { number, lines: Vec::new() };
        let mut bytes = 0;
        while bytes < CHUNK_BYTES && chunk.lines.len() < CHUNK_LINES {
            let mut line = Vec::new();
            if reader.read_until(b'\n', &mut line)? == 0 {
                ended = true;
                break;
            }
            if !line.trim_ascii().is_empty() {
                bytes += line.len();
                chunk.lines.push(line);
            }
        }
        if !chunk.lines.is_empty() && (permits.send(()).is_err() || chunks.send(chunk).is_err()) {
            break;
        }
        number += 1;
    }
    Ok(())
}

fn answer_chunks(chunks: &Mutex<Receiver<Chunk>>, answers: &Sender<(usize, Vec<u8>)>, work: &impl Fn(Value) -> Result<Value, String>) {
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(chunk) = next else { return };
        let mut out = Vec::new();
        for line in &chunk.lines {
            let answer = answer(line, work);
            serde_json::to_writer(&mut out, &answer).expect("a JSON value can always be written to memory");
            out.push(b'\n');
        }
        if answers.send((chunk.number, out)).is_err() {
            return;
        }
    }
}

fn answer(line: &[u8], work: &impl Fn(Value) -> Result<Value, String>) -> Value {
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return json!({"id": null, "error": format!("the line is no JSON: {error}")}),
    };
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    if !value.is_object() {
        return json!({"id": id, "error": "the line is no JSON object"});
    }
    match work(value) {
        Ok(Value::Object(fields)) => {
            let mut object = serde_json::Map::from_iter([("id".to_owned(), id)]);
            object.extend(fields.into_iter().filter(|(name, _)| name != "id"));
            Value::Object(object)
        }
        Ok(other) => json!({"id": id, "value": other}),
        Err(error) => json!({"id": id, "error": error}),
    }
}

/// Writes the chunks in order; those that come early wait.
fn write(writer: &mut impl Write, answers: &Receiver<(usize, Vec<u8>)>, permits: &Receiver<()>) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut due = 0;
    for (number, out) in answers {
        early.insert(number, out);
        while let Some(out) = early.remove(&due) {
            writer.write_all(&out)?;
            due += 1;
            // Each chunk that is written took a permit before, so this never waits.
            permits.recv().map_err(io::Error::other)?;
        }
        if early.is_empty() {
            writer.flush()?;
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io;

    use serde_json::{Value, json};

    fn shown(input: &str) -> String {
        let mut out = Vec::new();
        super::run(input.as_bytes(), &mut out, |line| match line.get("n").and_then(Value::as_u64) {
            Some(n) => Ok(json!({"id": "not this", "square": n * n})),
            None => Err("no `n`".to_owned()),
        })
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_bad_line_costs_no_other_line() {
        insta::assert_snapshot!(shown("{\"id\": 1, \"n\": 3}\nnonsense\n\n  \r\n{\"id\": \"b\"}\n[1]\n{\"id\": [2], \"n\": 4}"), @r#"
        {"id":1,"square":9}
        {"error":"the line is no JSON: expected ident at line 1 column 2","id":null}
        {"error":"no `n`","id":"b"}
        {"error":"the line is no JSON object","id":null}
        {"id":[2],"square":16}
        "#);
    }

    #[test]
    fn nothing_in_gives_nothing_out() {
        assert_eq!(shown(""), "");
        assert_eq!(shown("\n\n"), "");
    }

    #[test]
    fn the_order_is_that_of_the_input() {
        let mut input = String::new();
        for n in 0..5000 {
            writeln!(input, "{{\"id\": {n}, \"n\": {n}}}").unwrap();
        }
        let mut out = Vec::new();
        super::run(input.as_bytes(), &mut out, |line| {
            // Early lines take longest, so that later ones overtake them on the way.
            let n = line.get("n").and_then(Value::as_u64).unwrap_or_default();
            let spun: u64 = (0..(5000 - n) * 10).fold(0, |sum, step| sum ^ step.wrapping_mul(n));
            Ok(json!({"spun": spun}))
        })
        .unwrap();
        let ids: Vec<u64> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap().get("id").and_then(Value::as_u64).unwrap())
            .collect();
        assert_eq!(ids, (0..5000).collect::<Vec<u64>>());
    }

    struct Closed;

    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_output_ends_the_batch() {
        let endless = io::BufReader::new(io::Read::take(io::repeat(b'1'), 50_000_000).chain_lines());
        super::run(endless, Closed, |_| Ok(json!({}))).unwrap();
    }

    /// Cuts bytes into short lines.
    trait ChainLines: io::Read + Sized {
        fn chain_lines(self) -> Lines<Self> {
            Lines(self, 0)
        }
    }

    impl<R: io::Read> ChainLines for R {}

    struct Lines<R>(R, usize);

    impl<R: io::Read> io::Read for Lines<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            for byte in buffer.iter_mut().take(read) {
                self.1 += 1;
                if self.1.is_multiple_of(20) {
                    *byte = b'\n';
                }
            }
            Ok(read)
        }
    }
}
