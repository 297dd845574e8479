//! How a process ends: exit codes that supervisors understand (`sysexits.h`) and one readable line.

use std::error::Error;
use std::process::ExitCode;

use crate::retry::StartError;
use crate::settings::SettingsError;

/// `EX_UNAVAILABLE`: the database or the broker could not be reached.
pub const UNAVAILABLE: u8 = 69;
/// `EX_SOFTWARE`: anything unexpected.
pub const SOFTWARE: u8 = 70;
/// `EX_CONFIG`: a setting is unknown, broken or missing.
pub const CONFIG: u8 = 78;

/// The exit code that tells a supervisor what kind of error this is, whatever context was put around it.
pub fn code_of(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if cause.is::<SettingsError>() {
            return CONFIG;
        }
        if let Some(error) = cause.downcast_ref::<StartError>() {
            return match error {
                StartError::Unavailable { .. } => UNAVAILABLE,
                StartError::Refused { .. } => SOFTWARE,
                StartError::Interrupted => 0,
            };
        }
        let in_use = |error: &std::io::Error| error.kind() == std::io::ErrorKind::AddrInUse;
        if cause.downcast_ref::<std::io::Error>().is_some_and(in_use) {
            return UNAVAILABLE;
        }
    }
    SOFTWARE
}

/// Tells a person on standard error why the process ends, and the supervisor by the exit code.
pub fn fatal(process: &str, error: &anyhow::Error) -> ExitCode {
    let code = code_of(error);
    if code != 0 {
        eprintln!("{process}: {}", chain(error.as_ref()));
    }
    ExitCode::from(code)
}

/// An error and its causes in one line: `outer: inner: innermost`. A cause that its parent already quotes is left out.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        source = cause.source();
    }
    line
}
