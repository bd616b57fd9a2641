//! A label with its value, or dots to write on.

use super::{
    block::{Entry, Run},
    face::Face,
    paragraph::{Align, lines},
    sheet::{COLUMN, LEADING, LEFT, Pages, RIGHT, SIZE},
};

/// What stands before something that can be ticked.
pub(super) const OPEN: &str = "□";
/// What stands before something that is ticked.
pub(super) const TICKED: &str = "■";

impl Entry {
    /// The words in front: the label and its colon.
    pub(super) fn lead(&self) -> String {
        match self.label.as_str() {
            "" => String::new(),
            label if label.ends_with([':', '?']) => label.to_owned(),
            label => format!("{label}:"),
        }
    }

    /// Each choice on one line behind its box.
    pub(super) fn ticked(&self) -> impl Iterator<Item = String> {
        let tick = |is| if is { TICKED } else { OPEN };
        self.choices
            .iter()
            .map(move |(choice, is)| format!("{} {choice}", tick(*is)))
    }

    /// Puts it on the pages.
    pub(super) fn put(&self, pages: &mut Pages) {
        let height = SIZE * LEADING;
        let lead = self.lead();
        match &self.value {
            Some(value) => {
                let space = if lead.is_empty() { "" } else { " " };
                let runs = [Run::plain(format!("{lead}{space}{value}"))];
                let broken = lines(&runs, COLUMN, 0.0, SIZE);
                // The first two lines stand together.
                pages.need(height * broken.len().min(2) as f32);
                for line in &broken {
                    pages.need(height);
                    line.put(pages, (LEFT, COLUMN), pages.y, SIZE, Align::Both);
                    pages.y += height;
                }
            }
            None if self.choices.is_empty() => self.put_dots(pages, &lead, height),
            None => {
                let chosen = lines(&[Run::plain(lead)], COLUMN, 0.0, SIZE);
                pages.need(height * (chosen.len() + self.choices.len().min(3)) as f32);
                for line in &chosen {
                    line.put(pages, (LEFT, COLUMN), pages.y, SIZE, Align::Left);
                    pages.y += height;
                }
                for choice in self.ticked() {
                    let runs = [Run::plain(choice)];
                    for line in lines(&runs, COLUMN - 20.0, 0.0, SIZE) {
                        pages.need(height);
                        line.put(pages, (LEFT + 20.0, COLUMN), pages.y, SIZE, Align::Left);
                        pages.y += height;
                    }
                }
            }
        }
        pages.y += 2.5;
    }

    fn put_dots(&self, pages: &mut Pages, lead: &str, height: f32) {
        let broken = lines(&[Run::plain(lead)], COLUMN, 0.0, SIZE);
        let last = broken.len() - 1;
        pages.need(height * (broken.len() as f32 + f32::from(self.lines > 1)));
        for (nth, line) in broken.iter().enumerate() {
            line.put(pages, (LEFT, COLUMN), pages.y, SIZE, Align::Left);
            if nth == last {
                let gap = Face::Regular.width(" ", SIZE);
                let left = LEFT + line.width() + gap;
                // Where the label leaves no room to write, the next line does.
                if RIGHT - left < 60.0 && self.lines < 2 {
                    pages.y += height;
                    pages.dots(LEFT, RIGHT, pages.y, SIZE);
                } else {
                    pages.dots(left, RIGHT, pages.y, SIZE);
                }
            }
            pages.y += height;
        }
        for _ in 1..self.lines {
            pages.need(height);
            pages.dots(LEFT, RIGHT, pages.y, SIZE);
            pages.y += height;
        }
    }
}
