//! A backend that writes nothing where nothing changed: a frame like the one before costs the terminal, and the line to
//! it, not a byte.
//!
//! Puts what it does write between synchronized-update marks. Never decides what a frame holds.

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};

/// Wraps the backend for one terminal.
pub struct Quiet<W: Write> {
    inner: CrosstermBackend<W>,
    /// Within the marks of a frame.
    open: bool,
    /// Where the cursor stands and whether it is seen, as far as that is known.
    place: Option<Position>,
    shown: Option<bool>,
}

impl<W: Write> Quiet<W> {
    pub fn new(writer: W) -> Self {
        Self { inner: CrosstermBackend::new(writer), open: false, place: None, shown: None }
    }

    /// Another hand may have moved or hidden the cursor.
    pub fn forget(&mut self) {
        (self.place, self.shown) = (None, None);
    }

    /// Ends the frame, if one was begun.
    pub fn end_frame(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.open) {
            queue!(self.inner, EndSynchronizedUpdate)?;
        }
        io::Write::flush(&mut self.inner)
    }

    /// Where escape sequences can be written between frames.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.inner
    }

    fn write(&mut self) -> io::Result<&mut CrosstermBackend<W>> {
        if !std::mem::replace(&mut self.open, true) {
            queue!(self.inner, BeginSynchronizedUpdate)?;
        }
        Ok(&mut self.inner)
    }

    fn show(&mut self, shown: bool) -> io::Result<()> {
        if self.shown == Some(shown) {
            return Ok(());
        }
        self.shown = Some(shown);
        // Of itself no frame: the terminal shows the cursor again when it is dropped, and nothing ends a frame then.
        if shown { self.inner.show_cursor() } else { self.inner.hide_cursor() }
    }
}

impl<W: Write> Backend for Quiet<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.place = None;
        self.write()?.draw(content)
    }

    fn append_lines(&mut self, n: u16) -> io::Result<()> {
        self.place = None;
        self.write()?.append_lines(n)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.show(false)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.show(true)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.place == Some(position) {
            return Ok(());
        }
        self.place = Some(position);
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.write()?.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.write()?.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::widgets::Paragraph;
    use ratatui::{Terminal, TerminalOptions, Viewport};
    use std::cell::RefCell;
    use std::rc::Rc;

    #[derive(Clone, Default)]
    struct Written(Rc<RefCell<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_what_changed_is_written_and_between_marks() {
        let written = Written::default();
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 12, 2)) };
        let mut terminal = Terminal::with_options(Quiet::new(written.clone()), options).unwrap();
        let mut frame = |text: &str, cursor: Option<(u16, u16)>| {
            written.0.borrow_mut().clear();
            let drawn = terminal.draw(|frame| {
                frame.render_widget(Paragraph::new(text), frame.area());
                cursor.into_iter().for_each(|at| frame.set_cursor_position(at));
            });
            drawn.unwrap();
            terminal.backend_mut().end_frame().unwrap();
            String::from_utf8(written.0.borrow().clone()).unwrap()
        };
        let first = frame("emptor", None);
        assert!(first.starts_with("\x1b[?2026h") && first.ends_with("\x1b[?2026l") && first.contains("emptor"));
        assert_eq!(frame("emptor", None), "");
        let moved = frame("emptor", Some((3, 0)));
        assert!(moved.contains("\x1b[1;4H") && moved.contains("\x1b[?25h") && !moved.contains("emptor"), "{moved:?}");
        assert_eq!(frame("emptor", Some((3, 0))), "");
        let other = frame("emptoR", Some((3, 0)));
        assert!(other.contains('R') && other.contains("\x1b[1;4H"), "{other:?}");
        assert_eq!(frame("emptoR", Some((3, 0))), "");
    }
}
