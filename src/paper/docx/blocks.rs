//! The text of the file, block by block.

use std::fmt::Write;

use super::{
    super::{
        block::{Block, Entry, Head, Look, Paper, Paragraph, Run, Signature, Signatures, Table},
        head::{COUNTRY, MOTTO},
    },
    escaped,
};

/// Width of the text in twentieths of a point: 165 mm.
const COLUMN: u32 = 9_354;

const START: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>"#;
/// A4 with margins of 20, 15, 20 and 30 mm; no number on the first page, the foot on all of them.
const END: &str = r#"<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="first" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701" w:header="567" w:footer="454" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>"#;

/// How a paragraph stands.
#[derive(Clone, Copy, Default)]
struct Stand {
    align: Option<&'static str>,
    before: u32,
    after: u32,
    indent: u32,
    first: u32,
    /// Stays on the page of what follows.
    keeps: bool,
    /// Dots lead to the edge.
    dots: bool,
    /// Half points.
    size: Option<u32>,
}

/// The document.
pub(super) fn document(paper: &Paper) -> String {
    let mut xml = START.to_owned();
    for block in &paper.blocks {
        match block {
            Block::Head(head) => put_head(&mut xml, head),
            Block::Text(paragraph) => put_text(&mut xml, paragraph),
            Block::Entry(entry) => put_entry(&mut xml, entry),
            Block::Table(table) => put_table(&mut xml, table),
            Block::Signatures(signatures) => put_signatures(&mut xml, signatures),
        }
    }
    xml.push_str(END);
    xml
}

fn put(xml: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text does not fail.
    let _ = xml.write_fmt(text);
}

fn paragraph(xml: &mut String, stand: Stand, runs: &[Run]) {
    xml.push_str("<w:p><w:pPr>");
    if stand.keeps {
        xml.push_str("<w:keepNext/>");
    }
    if stand.dots {
        put(
            xml,
            format_args!(
                r#"<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{COLUMN}"/></w:tabs>"#
            ),
        );
    }
    let Stand {
        before,
        after,
        indent,
        first,
        ..
    } = stand;
    put(
        xml,
        format_args!(r#"<w:spacing w:before="{before}" w:after="{after}"/>"#),
    );
    put(
        xml,
        format_args!(r#"<w:ind w:left="{indent}" w:firstLine="{first}"/>"#),
    );
    if let Some(align) = stand.align {
        put(xml, format_args!(r#"<w:jc w:val="{align}"/>"#));
    }
    xml.push_str("</w:pPr>");
    for run in runs {
        put_run(xml, run, stand.size);
    }
    if stand.dots {
        xml.push_str("<w:r><w:tab/></w:r>");
    }
    xml.push_str("</w:p>");
}

fn put_run(xml: &mut String, run: &Run, size: Option<u32>) {
    xml.push_str("<w:r><w:rPr>");
    if run.bold {
        xml.push_str("<w:b/><w:bCs/>");
    }
    if run.italic {
        xml.push_str("<w:i/><w:iCs/>");
    }
    if let Some(size) = size {
        put(
            xml,
            format_args!(r#"<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>"#),
        );
    }
    xml.push_str("</w:rPr>");
    for (nth, line) in run.text.split('\n').enumerate() {
        if nth > 0 {
            xml.push_str("<w:br/>");
        }
        put(
            xml,
            format_args!(r#"<w:t xml:space="preserve">{}</w:t>"#, escaped(line)),
        );
    }
    xml.push_str("</w:r>");
}

fn put_text(xml: &mut String, text: &Paragraph) {
    let plain = Stand {
        after: 80,
        ..Stand::default()
    };
    let centred = Stand {
        align: Some("center"),
        keeps: true,
        ..plain
    };
    let (stand, bold, italic) = match text.look {
        Look::Title => (
            Stand {
                before: 280,
                after: 40,
                size: Some(28),
                ..centred
            },
            true,
            false,
        ),
        Look::Subtitle => (
            Stand {
                after: 200,
                ..centred
            },
            true,
            false,
        ),
        Look::Section => (
            Stand {
                before: 100,
                keeps: true,
                ..plain
            },
            true,
            false,
        ),
        Look::Subsection => (
            Stand {
                before: 60,
                keeps: true,
                ..plain
            },
            true,
            true,
        ),
        Look::Body => (
            Stand {
                align: Some("both"),
                first: 560,
                ..plain
            },
            false,
            false,
        ),
        Look::Centred => (
            Stand {
                before: 80,
                ..centred
            },
            true,
            false,
        ),
        Look::Addressee => (
            Stand {
                before: 40,
                indent: 1_400,
                ..plain
            },
            false,
            false,
        ),
        Look::Remark => (
            Stand {
                size: Some(22),
                ..plain
            },
            false,
            true,
        ),
    };
    let runs: Vec<Run> = text
        .runs
        .iter()
        .map(|run| Run {
            bold: run.bold || bold,
            italic: run.italic || italic,
            ..run.clone()
        })
        .collect();
    paragraph(xml, stand, &runs);
}

fn put_entry(xml: &mut String, entry: &Entry) {
    let plain = Stand {
        after: 50,
        ..Stand::default()
    };
    let lead = entry.lead();
    match &entry.value {
        Some(value) => {
            let space = if lead.is_empty() { "" } else { " " };
            let runs = [Run::plain(format!("{lead}{space}{value}"))];
            paragraph(
                xml,
                Stand {
                    align: Some("both"),
                    ..plain
                },
                &runs,
            );
        }
        None if !entry.choices.is_empty() => {
            paragraph(
                xml,
                Stand {
                    keeps: true,
                    ..plain
                },
                &[Run::plain(lead)],
            );
            for choice in entry.ticked() {
                paragraph(
                    xml,
                    Stand {
                        indent: 400,
                        ..plain
                    },
                    &[Run::plain(choice)],
                );
            }
        }
        None => {
            let dotted = Stand {
                dots: true,
                ..plain
            };
            paragraph(xml, dotted, &[Run::plain(format!("{lead} "))]);
            for _ in 1..entry.lines {
                paragraph(xml, dotted, &[]);
            }
        }
    }
}

/// The widths of columns by their shares.
fn widths(shares: &[u32]) -> Vec<u32> {
    let all: u32 = shares.iter().sum::<u32>().max(1);
    shares.iter().map(|share| COLUMN * share / all).collect()
}

fn open_table(xml: &mut String, widths: &[u32], has_lines: bool) {
    xml.push_str("<w:tbl><w:tblPr>");
    put(
        xml,
        format_args!(r#"<w:tblW w:w="{COLUMN}" w:type="dxa"/>"#),
    );
    if has_lines {
        xml.push_str("<w:tblBorders>");
        for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            put(
                xml,
                format_args!(r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#),
            );
        }
        xml.push_str("</w:tblBorders>");
    }
    xml.push_str(r#"<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>"#);
    for width in widths {
        put(xml, format_args!(r#"<w:gridCol w:w="{width}"/>"#));
    }
    xml.push_str("</w:tblGrid>");
}

/// Ends a table; two of them would become one without a paragraph between.
fn close_table(xml: &mut String) {
    xml.push_str("</w:tbl>");
    let small = Stand {
        size: Some(8),
        ..Stand::default()
    };
    paragraph(xml, small, &[]);
}

fn cell(xml: &mut String, width: u32, inner: impl FnOnce(&mut String)) {
    put(
        xml,
        format_args!(r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>"#),
    );
    inner(xml);
    xml.push_str("</w:tc>");
}

fn put_table(xml: &mut String, table: &Table) {
    let shares: Vec<u32> = table
        .columns
        .iter()
        .map(|c| u32::from(c.share.max(1)))
        .collect();
    let widths = widths(&shares);
    let small = Stand {
        size: Some(22),
        ..Stand::default()
    };
    let middle = Stand {
        align: Some("center"),
        ..small
    };
    open_table(xml, &widths, true);
    xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (column, width) in table.columns.iter().zip(&widths) {
        cell(xml, *width, |xml| {
            paragraph(xml, middle, &[Run::bold(&column.title)])
        });
    }
    xml.push_str("</w:tr>");
    for row in &table.rows {
        xml.push_str("<w:tr>");
        for ((text, column), width) in row.iter().zip(&table.columns).zip(&widths) {
            let stand = if column.centred { middle } else { small };
            cell(xml, *width, |xml| {
                paragraph(xml, stand, &[Run::plain(text)])
            });
        }
        xml.push_str("</w:tr>");
    }
    close_table(xml);
}

fn put_head(xml: &mut String, head: &Head) {
    let middle = Stand {
        align: Some("center"),
        ..Stand::default()
    };
    let names = Stand {
        size: Some(24),
        ..middle
    };
    let widths = widths(&[43, 57]);
    open_table(xml, &widths, false);
    xml.push_str("<w:tr>");
    cell(xml, widths[0], |xml| {
        for line in &head.superior {
            paragraph(xml, names, &[Run::plain(line)]);
        }
        for line in &head.body {
            paragraph(xml, names, &[Run::bold(line)]);
        }
        if head.body.is_empty() {
            paragraph(xml, names, &[Run::plain("……………………………")]);
        }
        paragraph(xml, names, &[Run::plain("────────")]);
    });
    cell(xml, widths[1], |xml| {
        paragraph(xml, names, &[Run::bold(COUNTRY)]);
        paragraph(xml, middle, &[Run::bold(MOTTO)]);
        paragraph(xml, names, &[Run::plain("────────────────")]);
    });
    xml.push_str("</w:tr><w:tr>");
    cell(xml, widths[0], |xml| {
        let number = head.numbered().unwrap_or_default();
        paragraph(xml, middle, &[Run::plain(number)]);
    });
    cell(xml, widths[1], |xml| {
        let day = Run {
            italic: true,
            ..Run::plain(&head.place_and_day)
        };
        paragraph(xml, middle, &[day]);
    });
    xml.push_str("</w:tr>");
    close_table(xml);
}

fn put_signature(xml: &mut String, one: &Signature) {
    let middle = Stand {
        align: Some("center"),
        keeps: true,
        ..Stand::default()
    };
    paragraph(xml, middle, &[Run::bold(&one.title)]);
    let hint = Run {
        italic: true,
        ..Run::plain(&one.hint)
    };
    let small = Stand {
        size: Some(22),
        after: 1_300,
        ..middle
    };
    paragraph(xml, small, &[hint]);
    paragraph(
        xml,
        middle,
        &[Run::bold(one.name.as_deref().unwrap_or_default())],
    );
}

fn put_signatures(xml: &mut String, signatures: &Signatures) {
    for (nth, row) in signatures.rows().into_iter().enumerate() {
        // One who signs alone does so at the right.
        let cells = row.len().max(2);
        let widths = widths(&vec![1; cells]);
        open_table(xml, &widths, false);
        xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        if row.len() == 1 {
            cell(xml, widths[0], |xml| {
                let copies: &[String] = if nth == 0 {
                    &signatures.recipients
                } else {
                    &[]
                };
                put_copies(xml, copies);
            });
        }
        for (one, width) in row.iter().zip(&widths) {
            cell(xml, *width, |xml| put_signature(xml, one));
        }
        xml.push_str("</w:tr>");
        close_table(xml);
    }
}

fn put_copies(xml: &mut String, recipients: &[String]) {
    let small = Stand {
        size: Some(22),
        ..Stand::default()
    };
    if recipients.is_empty() {
        paragraph(xml, small, &[]);
        return;
    }
    let heading = Run {
        bold: true,
        italic: true,
        ..Run::plain("Nơi nhận:")
    };
    paragraph(xml, small, &[heading]);
    for recipient in recipients {
        paragraph(xml, small, &[Run::plain(format!("- {recipient};"))]);
    }
}
