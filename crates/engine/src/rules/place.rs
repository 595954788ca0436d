//! Where a value stands, for as long as nobody asks.

use std::borrow::Cow;
use std::rc::Rc;

use crate::offer::Pointer;

/// Where a value stands. Rules look at every value of an offer and find little, so it is a pointer only when something is
/// found: until then the values of one list or mapping share the place of that.
#[derive(Debug, Clone)]
pub(super) struct Place<'a>(Option<Step<'a>>);

#[derive(Debug, Clone)]
struct Step<'a> {
    outer: Rc<Place<'a>>,
    part: Part<'a>,
}

/// One part of the way.
#[derive(Debug, Clone)]
pub(super) enum Part<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The place of the whole document.
    pub(super) fn root() -> Self {
        Self(None)
    }

    /// The place of the member `key` of what stands here.
    pub(super) fn key(&self, key: impl Into<Cow<'a, str>>) -> Self {
        self.clone().below(Part::Key(key.into()))
    }

    /// The places of parts of what stands here.
    pub(super) fn parts(&self) -> impl Fn(Part<'a>) -> Self {
        let outer = Rc::new(self.clone());
        move |part| Self(Some(Step { outer: Rc::clone(&outer), part }))
    }

    /// The key or the index here, as text; nothing for the whole document.
    pub(super) fn last(&self) -> Option<Cow<'_, str>> {
        self.0.as_ref().map(|step| match &step.part {
            Part::Key(key) => Cow::Borrowed(key.as_ref()),
            Part::Index(index) => Cow::Owned(index.to_string()),
        })
    }

    /// The pointer to what stands here.
    pub(super) fn pointer(&self) -> Pointer {
        match &self.0 {
            None => Pointer::root(),
            Some(Step { outer, part: Part::Key(key) }) => outer.pointer().key(key),
            Some(Step { outer, part: Part::Index(index) }) => outer.pointer().index(*index),
        }
    }

    /// The place of a part of what stands here.
    pub(super) fn below(self, part: Part<'a>) -> Self {
        Self(Some(Step { outer: Rc::new(self), part }))
    }
}
