//! The terminal while the interface has it: entered once, given back when dropped, after a panic and after a signal.
//!
//! Draws whole frames. Knows nothing of what is drawn.

use super::quiet::Quiet;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal};
use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours at the moment.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal in our hands.
pub struct Screen {
    terminal: Terminal<Quiet<BufWriter<Stdout>>>,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste; the mouse only where wished for, since its
    /// capture takes the terminal's own selection away.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        take(mouse)?;
        match Terminal::new(Quiet::new(BufWriter::with_capacity(64 * 1024, io::stdout()))) {
            Ok(terminal) => Ok(Self { terminal, mouse }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Draws one frame; writes nothing where it is like the one before.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(view)?;
        self.terminal.backend_mut().end_frame()
    }

    /// Has the next frame draw every cell. Not by `Terminal::clear`: that asks the terminal where its cursor is, and the
    /// answer can be eaten by the thread that reads keys.
    pub fn forget(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Gives the terminal back for a while.
    pub fn leave(&mut self) {
        restore();
    }

    /// Takes it again.
    pub fn come_back(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        self.forget()
    }

    /// Where escape sequences can be written between frames.
    pub fn out(&mut self) -> &mut impl Write {
        self.terminal.backend_mut().out()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back as it was; does nothing a second time. Errors are of no use here: nobody is left to tell.
fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        let _ = execute!(
            out,
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
        let _ = out.flush();
    }
}

/// A panic of the interface's own thread gives the terminal back before it is told; one of another thread goes to the
/// log only, since the interface lives on and would be torn.
fn restore_on_panic() {
    static HOOKED: std::sync::Once = std::sync::Once::new();
    HOOKED.call_once(|| {
        let ours = std::thread::current().id();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == ours {
                restore();
                before(panic);
            } else if TAKEN.load(Ordering::SeqCst) {
                let name = std::thread::current().name().unwrap_or("unnamed").to_owned();
                tracing::error!(thread = name, "{panic}");
            } else {
                before(panic);
            }
        }));
    });
}
