//! `completions`.
//!
//! Floor: sync-server, command. Invariant: the script is made from the commands as they are, and needs no town.

use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use serde::Serialize;

use super::output::{self, Failure};
use super::{Cli, Place};

/// Print a script that lets a shell complete commands and options
///
/// Put it where your shell looks for such scripts, then open a new shell:
///   bash        qiaomen-server completions bash > ~/.local/share/bash-completion/completions/qiaomen-server
///   zsh         qiaomen-server completions zsh > "${fpath[1]}/_qiaomen-server"
///   fish        qiaomen-server completions fish > ~/.config/fish/completions/qiaomen-server.fish
///   powershell  qiaomen-server completions powershell >> $PROFILE
///   elvish      qiaomen-server completions elvish >> ~/.config/elvish/rc.elv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Completions {
    /// For which shell
    shell: Shell,
}

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

impl Completions {
    pub(super) fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let mut script = Vec::new();
        let mut command = Cli::command();
        let name = command.get_name().to_owned();
        clap_complete::generate(self.shell, &mut command, name.clone(), &mut script);
        let mut script = String::from_utf8(script)?;
        if self.shell == Shell::Bash {
            script = joined(&script, &name);
        }
        let script = Script { shell: self.shell.to_string(), script };
        output::result(place.json, &script, |script| output::line(script.script.trim_end()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// clap_complete 4.6 writes a hyphen of the program's name one way where the script looks for a command and another
/// where the command stands, so that nothing is found below the first level (clap's issue 6421).
fn joined(script: &str, name: &str) -> String {
    script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"))
}
