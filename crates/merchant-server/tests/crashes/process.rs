//! The parent's side of a child: started, told the time, killed, started anew.

use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use wallet_api::clock::Clock as _;

use super::child::{ChildSetup, MARK, ROLE, Role, STOPPED};
use super::watch::Fate;
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

/// How far a server came with what was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// All of it is done; when the next job is due, if there is one.
    Through { next: Option<i64> },
    /// It stands still in the middle.
    Stopped,
    /// It died.
    Died,
}

enum Heard {
    /// What follows the word that was waited for.
    Word(String),
    Stopped,
    /// Its output ended.
    Nothing,
}

pub struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// What it said of its death.
    pub last_word: Option<String>,
    stands_still: bool,
}

impl Process {
    /// Starts a server. Its fate may have come when this returns.
    pub async fn start(merchant: &Setup, wallet: &Wallet, fate: Fate) -> Self {
        let now = wallet.clock.now().as_millisecond();
        let setup = ChildSetup { merchant: merchant.clone(), now, fate };
        let mut child = command(&Role::Serves(setup)).stdin(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Self { child, input, output, last_word: None, stands_still: false };
        process.hear("ready").await;
        process
    }

    /// Tells the time, and has what is due by then done.
    pub async fn run(&mut self, now: i64) -> Ran {
        if self.stands_still {
            return Ran::Stopped;
        }
        if self.input.write_all(format!("{now}\n").as_bytes()).await.is_err() {
            return Ran::Died;
        }
        self.has_run(now).await
    }

    /// Waits until what was due at this time is done.
    async fn has_run(&mut self, now: i64) -> Ran {
        match self.hear(&format!("ran {now}")).await {
            Heard::Word(next) => {
                let next: i64 = next.parse().unwrap();
                Ran::Through { next: (next >= 0).then_some(next) }
            }
            Heard::Stopped => Ran::Stopped,
            Heard::Nothing => Ran::Died,
        }
    }

    /// Lets a server that stands still go on, at a time that is now.
    pub async fn goes_on(&mut self, now: i64) -> Ran {
        self.input.write_all(format!("{now}\n").as_bytes()).await.unwrap();
        kill_process(self.pid(), Signal::CONT).unwrap();
        self.stands_still = false;
        self.has_run(now).await
    }

    /// Kills it, wherever it is.
    pub async fn is_killed(&mut self) {
        kill_process(self.pid(), Signal::KILL).unwrap();
        self.child.wait().await.unwrap();
    }

    fn pid(&self) -> Pid {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        id.expect("a process that wasn't waited for has an id")
    }

    /// What follows a word of the child's.
    async fn hear(&mut self, word: &str) -> Heard {
        while let Some(line) = self.output.next_line().await.unwrap() {
            // The harness may begin a line and the child's word ends it.
            let Some((_, said)) = line.split_once(MARK) else { continue };
            if let Some(rest) = said.strip_prefix(word) {
                return Heard::Word(rest.trim().to_owned());
            }
            self.last_word = Some(said.to_owned());
            if said.starts_with(STOPPED) {
                self.stands_still = true;
                return Heard::Stopped;
            }
        }
        Heard::Nothing
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
