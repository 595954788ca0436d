//! What commands print, and the files that they write besides.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::render::markdown::Medium;

/// The output format of a command. The type lists the formats that the command supports; the default is always human.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Printed<F: ValueEnum + Send + Sync + 'static> {
    /// The output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    pub(in crate::cli) format: F,
}

/// The output formats of plan, drift and status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PageFormat {
    /// For people.
    #[default]
    Human,
    /// For scripts; the schemas are in schemas/.
    Json,
    /// For comments, issues and summaries; fits into a GitHub comment.
    Markdown,
    /// For the log of GitHub Actions: folded, with annotations; the Markdown goes to the step summary.
    Github,
    /// For a browser: a single self-contained page.
    Html,
}

/// The output formats of apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RunFormat {
    /// For people.
    #[default]
    Human,
    /// The report of the run, for scripts; the schema is in schemas/.
    Json,
    /// Like human, with annotations for the log of GitHub Actions; the Markdown goes to the step summary.
    Github,
}

/// The output formats of commands without pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people.
    #[default]
    Human,
    /// For scripts; the schemas are in schemas/.
    Json,
}

/// The output formats of findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Report {
    /// For people: each finding with its line.
    #[default]
    Human,
    /// For scripts; the schema is in schemas/.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations for GitHub Actions; the Markdown goes to the step summary.
    Github,
    /// A JUnit test report.
    Junit,
    /// For comments, issues and summaries; fits into a GitHub comment.
    Markdown,
    /// For a browser: a single self-contained page.
    Html,
}

/// Files that are written in addition to the output.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Files {
    /// Also write the result as JSON
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) json: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) pages: Pages,
}

/// Pages that are written in addition to the output.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Pages {
    /// Also write the result as Markdown, for a comment or an issue
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) markdown: Option<PathBuf>,
    /// Also write the result as an HTML page
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) html: Option<PathBuf>,
    /// The size limit of the Markdown, in characters; use 150000 for Azure DevOps
    #[arg(long, value_name = "CHARACTERS", default_value_t = Medium::GITHUB_COMMENT)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(2000..))]
    pub(in crate::cli) comment_limit: usize,
    /// The address of the HTML page, such as that of a build artifact; the Markdown links to it
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) html_url: Option<String>,
}

impl Pages {
    /// The size limit of the Markdown and the page that it links to.
    pub(in crate::cli) fn comment(&self) -> Medium<'_> {
        Medium { room: self.comment_limit, html: self.html_url.as_deref() }
    }
}
