//! What commands print, and the files that they write besides.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::render::markdown::Medium;

/// What is printed. Each command says by the type what it can print; all of them print for people unless they are told otherwise.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Printed<F: ValueEnum + Send + Sync + 'static> {
    /// What to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    pub(in crate::cli) format: F,
}

/// What plan, drift and status are printed as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PageFormat {
    /// For people.
    #[default]
    Human,
    /// For scripts; the schemas are in schemas/.
    Json,
    /// For comments, issues and summaries; fits into a comment of GitHub.
    Markdown,
    /// For the log of GitHub Actions: folded, with annotations; the Markdown goes to the summary of the step.
    Github,
    /// For a browser: one file that needs nothing else.
    Html,
}

/// What apply prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RunFormat {
    /// For people.
    #[default]
    Human,
    /// The report of the run, for scripts; the schema is in schemas/.
    Json,
    /// The same as for people, with annotations for the log of GitHub Actions; the Markdown goes to the summary of the step.
    Github,
}

/// What other commands print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people.
    #[default]
    Human,
    /// For scripts; the schemas are in schemas/.
    Json,
}

/// What findings are printed as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Report {
    /// For people: each finding with its line.
    #[default]
    Human,
    /// For scripts; the schema is in schemas/.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions; the Markdown goes to the summary of the step.
    Github,
    /// A report of tests, as JUnit writes it.
    Junit,
    /// For comments, issues and summaries; fits into a comment of GitHub.
    Markdown,
    /// For a browser: one file that needs nothing else.
    Html,
}

/// Files to write, besides what is printed.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Files {
    /// Also write it as JSON
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) json: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) pages: Pages,
}

/// Pages to write, besides what is printed.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Pages {
    /// Also write it as Markdown, for a comment or an issue
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) markdown: Option<PathBuf>,
    /// Also write it as an HTML page
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) html: Option<PathBuf>,
    /// The longest comment that the Markdown must fit into, in characters; Azure DevOps takes 150000
    #[arg(long, value_name = "CHARACTERS", default_value_t = Medium::GITHUB_COMMENT)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(2000..))]
    pub(in crate::cli) comment_limit: usize,
    /// Where the HTML page can be read, such as the address of a build artifact; the Markdown links to it
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) html_url: Option<String>,
}

impl Pages {
    /// What the Markdown may hold as a comment.
    pub(in crate::cli) fn comment(&self) -> Medium<'_> {
        Medium { room: self.comment_limit, html: self.html_url.as_deref() }
    }
}
