//! Light stemmers for Polish, Czech and Ukrainian, for which there is no Snowball stemmer: the endings of cases and numbers are cut
//! off, then the consonants that change before them are made one.
//!
//! Words come folded, without their accents, so the endings stand here without them too. Czech follows the light stemmer that
//! Dolamic and Savoy describe (Indexing and stemming approaches for the Czech language, Information Processing & Management 45,
//! 2009). Polish and Ukrainian are made in the same way from the declensions of nouns and adjectives as grammars give them
//! (Swan, A Grammar of Contemporary Polish, 2002; Pugh and Press, Ukrainian: A Comprehensive Grammar, 1999).

/// How the endings of a language are cut off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endings {
    /// Letters that must remain.
    rest: usize,
    /// Steps, one after the other: of each the longest ending that fits is replaced.
    steps: &'static [Step],
}

/// Endings and what takes their place, separated by white space: `ami`, or `ice=ik`.
type Step = &'static str;

pub(crate) const POLISH: Endings = Endings {
    rest: 3,
    steps: &[
        "yce=yk sce=sk ckie=ck ski=sk iego iemu iej iami iach iowi iowie iom iem imi ich im ego emu ej ymi ych ym ami ach om owi owie ow \
         em ie ia iu io i a e o u y",
        "rz=r dz=d c=t",
        "er=r en=n ek=k iek=k et=t iet=t",
    ],
};

pub(crate) const CZECH: Endings = Endings {
    rest: 3,
    steps: &[
        "atech etem atum ech ich eho emi emu ete eti iho imi imu ach ata aty ych ama ami ove ovi ymi em es im um at am os us ym mi ou yj a \
         e i o u y",
        "ov in uv",
        "ct=ck c=k z=h",
        "ek=k ec=k er=r en=n el=l eh=h",
    ],
};

pub(crate) const UKRAINIAN: Endings = Endings {
    rest: 3,
    steps: &[
        "їв=єв",
        "ями ами еві єві ові ого ому ими іми ією ою ею єю ям ам ах ях ом ем єм их іх им ім ої їх їм ий ій а я и і ї у ю е є о ь й",
        "ов ев єв ів їв еві ові",
        "и і ь",
        "ц=к з=г",
    ],
};

impl Endings {
    /// The stem of a folded word.
    pub(crate) fn cut(self, folded: &str) -> String {
        let mut stem = folded.to_owned();
        for step in self.steps {
            let longest = step
                .split_ascii_whitespace()
                .map(|ending| ending.split_once('=').unwrap_or((ending, "")))
                .filter(|(ending, other)| self.fits(&stem, ending, other))
                .max_by_key(|(ending, _)| ending.len());
            if let Some((ending, other)) = longest {
                stem.truncate(stem.len() - ending.len());
                stem.push_str(other);
            }
        }
        stem
    }

    fn fits(self, word: &str, ending: &str, other: &str) -> bool {
        let Some(before) = word.strip_suffix(ending) else { return false };
        before.chars().count() + other.chars().count() >= self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::{CZECH, Endings, POLISH, UKRAINIAN};
    use crate::text::fold::fold;

    /// The forms of each line that have another stem than its first.
    fn apart(endings: Endings, lines: &str) -> String {
        let mut found = Vec::new();
        let mut count = 0;
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let stems: Vec<(&str, String)> = line.split(' ').map(|form| (form, endings.cut(&fold(form)))).collect();
            count += stems.len();
            let base = stems.first().map(|(_, stem)| stem.clone()).unwrap_or_default();
            found.extend(stems.into_iter().filter(|(_, stem)| *stem != base).map(|(form, stem)| format!("{form} {stem} {base}")));
        }
        format!("{} of {count}: {}", found.len(), found.join(", "))
    }

    #[test]
    fn polish() {
        let lines = "
            prezydent prezydenta prezydentowi prezydentem prezydencie prezydenci prezydentów prezydentom prezydentami prezydentach
            gwarancja gwarancji gwarancję gwarancją gwarancje gwarancjom gwarancjami gwarancjach
            Rosja Rosji Rosję Rosją
            Ukraina Ukrainy Ukrainie Ukrainę Ukrainą
            Polska Polski Polsce Polskę Polską
            wojna wojny wojnie wojnę wojną wojnom wojnami wojnach wojen
            rosyjski rosyjskiego rosyjskiemu rosyjskim rosyjska rosyjskiej rosyjską rosyjskie rosyjskich rosyjskimi
            minister ministra ministrowi ministrem ministrze
            sektor sektora sektorowi sektorem sektorze sektory sektorów
            rząd rządu rządowi rządem rządzie rządy rządów
            ziemia ziemi ziemię ziemią ziemie
            Zełenski Zełenskiego Zełenskiemu Zełenskim
            Tusk Tuska Tuskowi Tuskiem Tusku
            Niemiec Niemcy Niemców Niemcom Niemcami Niemczech
            polityka polityki polityce politykę polityką
            zdjęcie zdjęcia zdjęciu zdjęciem zdjęć zdjęciom zdjęciami zdjęciach
            Warszawa Warszawy Warszawie Warszawę Warszawą";
        insta::assert_snapshot!(apart(POLISH, lines), @"1 of 108: Niemczech niemczech niemt");
    }

    #[test]
    fn czech() {
        let lines = "
            prezident prezidenta prezidentovi prezidentem prezidente prezidenti prezidentů prezidentům prezidenty prezidentech
            záruka záruky záruce záruku zárukou záruk zárukám zárukách zárukami
            Rusko Ruska Rusku Ruskem
            Ukrajina Ukrajiny Ukrajině Ukrajinu Ukrajinou
            Praha Prahy Praze Prahu Prahou
            válka války válce válku válkou válkám válkách válkami
            ruský ruského ruskému ruským ruská ruské ruskou ruských ruskými
            Němec Němce Němci Němcem Němců Němcům
            vláda vlády vládě vládu vládou vlád vládám vládách vládami
            bezpečnost bezpečnosti bezpečností
            Zelenskyj Zelenského Zelenskému Zelenským
            Fiala Fialy Fialovi Fialu Fialou";
        insta::assert_snapshot!(apart(CZECH, lines), @"0 of 77: ");
    }

    #[test]
    fn ukrainian() {
        let lines = "
            президент президента президентові президентом президенти президентів президентам президентами президентах
            гарантія гарантії гарантію гарантією гарантій гарантіям гарантіями гарантіях
            війна війни війні війну війною війнам війнами війнах
            російський російського російському російським російська російської російській російську російською російські російських російськими
            Зеленський Зеленського Зеленському Зеленським
            Лавров Лаврова Лаврову Лавровим Лаврові
            край краю краєм краї країв краям краями краях
            Київ Києва Києву Києвом Києві
            Харків Харкова Харкову Харковом Харкові
            Львів Львова Львову Львовом Львові
            Москва Москви Москві Москву Москвою
            Америка Америки Америці Америку Америкою
            Україна України Україні Україну Україною
            безпека безпеки безпеці безпеку безпекою
            переговори переговорів переговорам переговорами переговорах
            Пєсков Пєскова Пєскову Пєсковим
            санкція санкції санкцію санкцією санкцій санкціям санкціями санкціях
            Прага Праги Празі Прагу Прагою";
        insta::assert_snapshot!(apart(UKRAINIAN, lines), @"0 of 111: ");
    }
}
