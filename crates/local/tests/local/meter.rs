//! The meter in the emulator's process never keeps it waiting.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Tells far more than fits into the meter's queue and the connection, then waits until all of it has gone.
const TELL: &str = r#"
import sys, time
sys.path.insert(0, sys.argv[1])
import meter
meter.CAPACITY = 1000
told = meter.Meter(sys.argv[2])
for number in range(200_000):
    told.tell({"number": number, "words": "x" * 100})
print("told", flush=True)
def drain():
    while not told._queue.empty():
        time.sleep(0.01)
drain()
# What was lost is told with the next line; and the last lines need a moment on their way.
told.tell({"number": -1})
drain()
time.sleep(0.5)
"#;

#[test]
fn what_does_not_fit_is_counted_and_nobody_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("{}:secret", listener.local_addr().expect("bound"));
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/python");
    let mut python = Command::new("python3")
        .args(["-B", "-c", TELL])
        .arg(scripts)
        .arg(address)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3, which the local AWS needs");
    let (connection, _) = listener.accept().expect("it connects");
    // Nobody reads, and yet everything has been told.
    let mut said = [0; 4];
    let mut output = python.stdout.take().expect("piped");
    output.read_exact(&mut said).expect("it says so");
    assert_eq!(&said, b"told");
    let mut lines = BufReader::new(connection).lines().map(|line| line.expect("whole"));
    assert_eq!(lines.next().as_deref(), Some("secret"));
    let (mut arrived, mut lost) = (0, 0);
    for line in lines {
        let line: Value = serde_json::from_str(&line).expect("JSON");
        match line["lost"].as_u64() {
            Some(count) => lost += count,
            None if line["number"] != -1 => arrived += 1,
            None => {}
        }
    }
    assert!(python.wait().expect("it ends").success());
    assert!(arrived > 1000 && lost > 1000, "{arrived} and {lost}");
    assert_eq!(arrived + lost, 200_000);
}
