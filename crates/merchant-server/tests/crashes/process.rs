//! The parent's side of a child: started, told the time, killed, started anew.

use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use wallet_api::clock::Clock as _;

use super::child::{ChildSetup, MARK, ROLE, Role};
use crate::world::{Setup, Wallet};

/// This test binary in a role.
fn command(role: &Role) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["child::a_child_serves_until_its_input_ends", "--exact", "--nocapture"])
        .env(ROLE, serde_json::to_string(role).unwrap())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What another process reads from a database under this id.
pub async fn kept(database: String, request: &str) -> Vec<u8> {
    let role = Role::Reads { database, request: request.to_owned() };
    let output = command(&role).stdin(Stdio::null()).output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let kept = text.lines().find_map(|line| line.split_once(MARK)?.1.strip_prefix("kept "));
    kept.unwrap_or_else(|| panic!("the other process said: {text}")).as_bytes().to_vec()
}

pub struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// What it said of its death.
    pub last_word: Option<String>,
}

impl Process {
    /// Starts a server that dies at this call; 0: none. It may be dead when this returns.
    pub async fn start(merchant: &Setup, wallet: &Wallet, kill_at: u64) -> Self {
        let now = wallet.clock.now().as_millisecond();
        let setup = ChildSetup { merchant: merchant.clone(), now, kill_at };
        let mut child = command(&Role::Serves(setup)).stdin(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Self { child, input, output, last_word: None };
        process.hear("ready").await;
        process
    }

    /// Tells the time, and has what is due by then done. When the next job is due; `None` when the process
    /// died.
    pub async fn run(&mut self, now: i64) -> Option<Option<i64>> {
        self.input.write_all(format!("{now}\n").as_bytes()).await.ok()?;
        let next: i64 = self.hear("ran").await?.parse().unwrap();
        Some((next >= 0).then_some(next))
    }

    /// What follows a word of the child's; `None` when it died.
    async fn hear(&mut self, word: &str) -> Option<String> {
        while let Some(line) = self.output.next_line().await.unwrap() {
            // The harness may begin a line and the child's word ends it.
            let Some((_, said)) = line.split_once(MARK) else { continue };
            if let Some(rest) = said.strip_prefix(word) {
                return Some(rest.trim().to_owned());
            }
            self.last_word = Some(said.to_owned());
        }
        None
    }

    /// Waits for a death that was asked for, after a connection broke.
    pub async fn dies(&mut self) {
        self.hear("nothing that is ever said").await;
        let status = self.child.wait().await.unwrap();
        assert!(self.last_word.is_some(), "it died by itself: {status}");
    }

    /// Ends it in order.
    pub async fn ends_with_its_input(self) -> ExitStatus {
        let Self { mut child, input, mut output, .. } = self;
        drop(input);
        while output.next_line().await.unwrap().is_some() {}
        child.wait().await.unwrap()
    }
}
