//! That the words are those of the rules that run.

use super::*;
