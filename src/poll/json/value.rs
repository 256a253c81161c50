//! The values of a JSON Feed, taken from the text without a tree: what has no place is passed over and costs no memory.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::poll::document::{Enclosure, Person};
use crate::poll::parse::ENTRIES_MAX;

/// People, tags and files of a feed or entry, each.
const LIST_MAX: usize = 500;

/// A feed and its entries; `None` when it has no list of them.
#[derive(Debug, Default)]
pub(super) struct FeedValue {
    pub(super) feed: PartValue,
    pub(super) items: Option<Vec<PartValue>>,
}

/// What a feed or an entry says.
#[derive(Debug, Default)]
pub(super) struct PartValue {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) external_url: Option<String>,
    pub(super) home_page_url: Option<String>,
    pub(super) feed_url: Option<String>,
    pub(super) description: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) content_html: Option<String>,
    pub(super) content_text: Option<String>,
    pub(super) language: Option<String>,
    pub(super) image: Option<String>,
    pub(super) banner_image: Option<String>,
    pub(super) icon: Option<String>,
    pub(super) favicon: Option<String>,
    pub(super) date_published: Option<String>,
    pub(super) date_modified: Option<String>,
    pub(super) authors: Vec<Person>,
    pub(super) tags: Vec<String>,
    pub(super) attachments: Vec<Enclosure>,
}

/// Reads the first value of the text.
///
/// # Errors
/// When the text is no JSON.
pub(super) fn parse(text: &str) -> serde_json::Result<FeedValue> {
    FeedValue::deserialize(&mut serde_json::Deserializer::from_str(text))
}

/// What can be made of any JSON value. What a type has no use for gives nothing.
trait Lenient: Default {
    fn text(_: &str) -> Self {
        Self::default()
    }

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Any<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::text(&number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::text(&number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::text(&number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::object(object)
    }
}

macro_rules! lenient {
    ($($name:ident)+) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Any::<Self>(PhantomData))
            }
        }
    )+};
}
lenient!(FeedValue Items Item Text People One Texts Files File);

/// A text; numbers are taken too, since identities are often written as such.
#[derive(Debug, Default)]
struct Text(Option<String>);

impl Lenient for Text {
    fn text(text: &str) -> Self {
        Self(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
    }
}

#[derive(Debug, Default)]
struct Items(Option<Vec<PartValue>>);

impl Lenient for Items {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut items = Vec::new();
        while items.len() < ENTRIES_MAX {
            let Some(Item(item)) = list.next_element()? else { return Ok(Self(Some(items))) };
            items.extend(item.map(|item| *item));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(Some(items)))
    }
}

/// An entry; nothing when it is no object.
#[derive(Debug, Default)]
struct Item(Option<Box<PartValue>>);

impl Lenient for Item {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut part = PartValue::default();
        while let Some(key) = object.next_key::<String>()? {
            part.take(&key, &mut object)?;
        }
        Ok(Self(Some(Box::new(part))))
    }
}

impl Lenient for FeedValue {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut value = Self::default();
        while let Some(key) = object.next_key::<String>()? {
            if key == "items" {
                let Items(items) = object.next_value()?;
                value.items = items.or(value.items);
            } else {
                value.feed.take(&key, &mut object)?;
            }
        }
        Ok(value)
    }
}

impl PartValue {
    /// Takes the value of a key; of a key that stands twice the last one holds.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, object: &mut A) -> Result<(), A::Error> {
        let field = match key {
            "id" => &mut self.id,
            "title" => &mut self.title,
            "url" => &mut self.url,
            "external_url" => &mut self.external_url,
            "home_page_url" => &mut self.home_page_url,
            "feed_url" => &mut self.feed_url,
            "description" => &mut self.description,
            "summary" => &mut self.summary,
            "content_html" => &mut self.content_html,
            "content_text" => &mut self.content_text,
            "language" => &mut self.language,
            "image" => &mut self.image,
            "banner_image" => &mut self.banner_image,
            "icon" => &mut self.icon,
            "favicon" => &mut self.favicon,
            "date_published" => &mut self.date_published,
            "date_modified" => &mut self.date_modified,
            "authors" | "author" => {
                let People(people) = object.next_value()?;
                self.authors.extend(people);
                self.authors.truncate(LIST_MAX);
                return Ok(());
            }
            "tags" => {
                Texts(self.tags) = object.next_value()?;
                return Ok(());
            }
            "attachments" => {
                Files(self.attachments) = object.next_value()?;
                return Ok(());
            }
            _ => {
                object.next_value::<IgnoredAny>()?;
                return Ok(());
            }
        };
        let Text(text) = object.next_value()?;
        *field = text;
        Ok(())
    }
}

/// The elements of a list that are of use, as many as are kept.
fn some_of<'de, A: SeqAccess<'de>, T: Deserialize<'de>, U>(mut list: A, of: impl Fn(T) -> Option<U>) -> Result<Vec<U>, A::Error> {
    let mut kept = Vec::new();
    while kept.len() < LIST_MAX {
        let Some(element) = list.next_element::<T>()? else { return Ok(kept) };
        kept.extend(of(element));
    }
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(kept)
}

/// People, or one of them.
#[derive(Debug, Default)]
struct People(Vec<Person>);

impl Lenient for People {
    fn text(text: &str) -> Self {
        Self(One::text(text).0.into_iter().collect())
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        some_of(list, |One(person)| person).map(Self)
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Ok(Self(One::object(object)?.0.into_iter().collect()))
    }
}

#[derive(Debug, Default)]
struct One(Option<Person>);

impl Lenient for One {
    fn text(text: &str) -> Self {
        let Text(name) = Text::text(text);
        Self(name.map(|name| Person { name: Some(name), ..Person::default() }))
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut person = Person::default();
        while let Some(key) = object.next_key::<String>()? {
            let Text(text) = match key.as_str() {
                "name" | "url" => object.next_value()?,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *(if key == "name" { &mut person.name } else { &mut person.url }) = text;
        }
        Ok(Self(Some(person).filter(|person| person.name.is_some() || person.url.is_some())))
    }
}

#[derive(Debug, Default)]
struct Texts(Vec<String>);

impl Lenient for Texts {
    fn text(text: &str) -> Self {
        Self(text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).take(LIST_MAX).collect())
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        some_of(list, |Text(text)| text).map(Self)
    }
}

#[derive(Debug, Default)]
struct Files(Vec<Enclosure>);

impl Lenient for Files {
    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        some_of(list, |File(file)| file).map(Self)
    }
}

#[derive(Debug, Default)]
struct File(Option<Enclosure>);

impl Lenient for File {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let (mut url, mut media_type, mut length) = (None, None, None);
        while let Some(key) = object.next_key::<String>()? {
            let field = match key.as_str() {
                "url" => &mut url,
                "mime_type" => &mut media_type,
                "size_in_bytes" => &mut length,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let Text(text) = object.next_value()?;
            *field = text;
        }
        Ok(Self(url.map(|url| Enclosure { url, media_type, length })))
    }
}
