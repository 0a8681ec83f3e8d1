//! Pictures of pixels.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{ImageHrefResolver, Options, Tree, fontdb::Database},
};

use super::font::{font_regular, font_semibold};

/// The most pixels of a picture: each needs four bytes while it is drawn.
const MOST_PIXELS: f64 = 64e6;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// What should be drawn is no SVG.
    #[error("the drawing is no SVG: {0}")]
    Svg(String),
    /// It would have no pixels, or too many.
    #[error("a picture of {width:.0} by {height:.0} pixels cannot be made: it has none, or more than {MOST_PIXELS:.0}")]
    Size {
        /// In pixels.
        width: f64,
        /// In pixels.
        height: f64,
    },
    /// The pixels cannot be written.
    #[error("the picture cannot be written: {0}")]
    Png(String),
}

/// The embedded font and no other one, so that a drawing looks the same everywhere.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(font_regular().to_vec());
    fonts.load_font_data(font_semibold().to_vec());
    fonts.set_sans_serif_family("Inter");
    Arc::new(fonts)
});

/// The pixels of an SVG document as PNG, `scale` pixels for each px of it. What it refers to outside is not loaded.
///
/// # Errors
/// When it is no SVG, or the picture has no pixels or more than 64 million.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, DrawError> {
    let nothing_outside =
        ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options {
        fontdb: Arc::clone(&FONTS),
        font_family: "Inter".to_owned(),
        image_href_resolver: nothing_outside,
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| DrawError::Svg(error.to_string()))?;
    let size = |length: f32| f64::from((length * scale).round());
    let (width, height) = (size(tree.size().width()), size(tree.size().height()));
    let pixmap = (width * height <= MOST_PIXELS && width >= 1.0 && height >= 1.0)
        .then(|| Pixmap::new(width as u32, height as u32))
        .flatten();
    let mut pixmap = pixmap.ok_or(DrawError::Size { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| DrawError::Png(error.to_string()))
}
