//! A dashboard drawn into a file.

use std::path::{Path, PathBuf};

use atalaya_cloudwatch_drawing::{self as drawing, Page, Theme};
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use clap::{Args, ValueEnum};

use super::{Shown, subtitle};

/// The options that say whether and how it is drawn.
#[derive(Debug, Clone, Args)]
pub struct PictureArgs {
    /// Draw it into this file; the ending says what: .png or .svg
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The colours of the picture
    #[arg(long, value_enum, value_name = "THEME", default_value_t = PictureTheme::Light)]
    pub theme: PictureTheme,
    /// Width of the picture in pixels; a narrow one stacks the panels, as on a phone
    #[arg(long, value_name = "PIXELS", default_value_t = 1440, value_parser = clap::value_parser!(u32).range(200..=8000))]
    pub width: u32,
}

/// What a picture looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PictureTheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a file is, by its name.
#[derive(Debug, Clone, Copy)]
enum Picture {
    /// Lines and letters.
    Svg,
    /// Pixels.
    Png,
}

impl Picture {
    fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => Err(Failure::usage(format!("{} is neither an .svg nor a .png", path.display()))
                .hint("the name's ending says which picture is written: --out overview.png")),
        }
    }
}

impl PictureArgs {
    /// That the file, if there is one, can be drawn into by its name.
    ///
    /// # Errors
    /// The name ends in something that cannot be drawn.
    pub fn check(&self) -> Result<(), Failure> {
        self.out.as_deref().map_or(Ok(()), |path| Picture::of(path).map(drop))
    }

    /// Draws into the file, and reports its size.
    pub(super) fn save(&self, shown: &Shown, path: &Path, output: &mut Output) -> Result<(), Failure> {
        let picture = Picture::of(path)?;
        let subtitle = subtitle(shown);
        let page = Page { title: &shown.name, subtitle: &subtitle, panels: &shown.panels };
        let theme = match self.theme {
            PictureTheme::Light => Theme::Light,
            PictureTheme::Dark => Theme::Dark,
        };
        let svg = drawing::page(&page, self.width, theme);
        let bytes = match picture {
            Picture::Svg => svg.into_bytes(),
            Picture::Png => drawing::png(&svg, 1.0)
                .map_err(|error| Failure::usage(error.to_string()).hint("a smaller --width makes a smaller picture"))?,
        };
        std::fs::write(path, &bytes).map_err(|error| {
            Failure::unreadable(format!("cannot write {}: {error}", path.display()))
                .hint("check the folder, and your rights")
        })?;
        let size = human::bytes(bytes.len() as u64);
        let count = human::counted(shown.panels.len() as u64, "widget");
        output.line(format!("{} {}: {count}, {size}", paint(style::GOOD, "✓"), path.display()))?;
        let empty = shown.panels.iter().filter(|panel| !panel.remarks.is_empty()).count();
        if empty > 0 {
            output
                .line(paint(style::DIM, format!("  {empty} of them with a remark, such as why there are no data")))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_s_name_says_its_kind() {
        assert!(matches!(Picture::of(Path::new("a/b.SVG")), Ok(Picture::Svg)));
        assert!(matches!(Picture::of(Path::new("b.png")), Ok(Picture::Png)));
        assert!(Picture::of(Path::new("png")).is_err());
    }
}
