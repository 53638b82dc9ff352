use super::*;
use crate::retrieval::vocabulary::Parts;
