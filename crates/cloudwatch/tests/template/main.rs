//! Templates as a whole: those of the project, a stranger's, and hostile ones.

mod project;
