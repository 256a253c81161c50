//! Words that report what somebody says or holds, by language.
//!
//! English verbs are listed once with what may stand after them and inflected by rule. Other languages list the forms that
//! reports use, because their inflection is richer and their reports use few of them.

use std::sync::LazyLock;

use crate::extract::lexicon::trie::FnvMap;
use crate::model::extraction::Act;
use crate::text::fold::fold;

/// A word of reporting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cue {
    /// What may stand after it, of the constants below.
    pub(crate) takes: u16,
    /// Whether it reports a speech act or a view.
    pub(crate) act: Act,
    /// Whether it is a form without a subject of its own, such as "saying".
    pub(crate) participle: bool,
    /// Whether it is the bare form, which needs a plural subject or a helping verb.
    pub(crate) base: bool,
}

/// A clause with "that".
pub(crate) const THAT: u16 = 1;
/// A clause without "that".
pub(crate) const BARE: u16 = 2;
/// Words in marks.
pub(crate) const MARKS: u16 = 4;
/// The statement may stand before subject and verb.
pub(crate) const AFTER: u16 = 8;
/// A hearer stands between verb and statement: "told reporters".
pub(crate) const HEARER: u16 = 16;
/// A noun is the statement: "floated the possibility".
pub(crate) const NOUN: u16 = 32;
/// An infinitive is the statement: "vowed to fight".
pub(crate) const TO: u16 = 64;
/// "cast X as Y".
pub(crate) const AS: u16 = 128;
/// "called for a ceasefire", "called on Russia to stop".
pub(crate) const FOR: u16 = 512;
/// Too many other meanings: believed only with "that", marks or a named subject.
pub(crate) const WEAK: u16 = 256;

/// "warned of a collapse", "spoke about the bridge".
pub(crate) const ABOUT: u16 = 1024;
/// "pointed to the price".
pub(crate) const TOWARDS: u16 = 2048;

impl Cue {
    /// Whether one of the given things may stand after it.
    pub(crate) const fn takes(self, what: u16) -> bool {
        self.takes & what != 0
    }
}

/// The reporting words of one language.
#[derive(Debug)]
pub(crate) struct Pack {
    verbs: FnvMap<String, Cue>,
    nouns: FnvMap<String, Act>,
    /// Words that open the reported clause: "that".
    that: Vec<String>,
    /// Phrases before the source: "according to".
    according: Vec<Vec<String>>,
    /// Words at which a noun phrase ends.
    stops: Vec<String>,
    /// Pronouns that can speak.
    pronouns: Vec<String>,
    /// Helping verbs and adverbs between subject and verb.
    between: Vec<String>,
    /// Whether the verb may stand before its subject everywhere, not only after a statement.
    pub(crate) english: bool,
}

impl Pack {
    /// The pack of a language; English where there is none.
    pub(crate) fn of(language: &str) -> &'static Self {
        let primary = language.get(..2).unwrap_or(language);
        PACKS.get(primary).unwrap_or_else(|| PACKS.get("en").expect("the English pack is in the table"))
    }

    pub(crate) fn verb(&self, folded: &str) -> Option<Cue> {
        self.verbs.get(folded).copied()
    }

    pub(crate) fn noun(&self, folded: &str) -> Option<Act> {
        self.nouns.get(folded).copied()
    }

    pub(crate) fn is_that(&self, folded: &str) -> bool {
        self.that.iter().any(|word| word == folded)
    }

    pub(crate) fn is_stop(&self, folded: &str) -> bool {
        self.stops.binary_search_by(|word| word.as_str().cmp(folded)).is_ok()
    }

    pub(crate) fn is_pronoun(&self, folded: &str) -> bool {
        self.pronouns.iter().any(|word| word == folded)
    }

    pub(crate) fn is_between(&self, folded: &str) -> bool {
        self.between.binary_search_by(|word| word.as_str().cmp(folded)).is_ok() || (self.english && is_adverb(folded))
    }

    /// Phrases of several words that stand before a source.
    pub(crate) fn according(&self) -> &[Vec<String>] {
        &self.according
    }
}

fn is_adverb(folded: &str) -> bool {
    folded.len() > 4
        && folded.ends_with("ly")
        && !matches!(
            folded,
            "family" | "italy" | "kelly" | "reply" | "supply" | "assembly" | "rally" | "ally" | "july" | "billy" | "sally" | "molly"
        )
}

/// English verbs by what they take; `base/past/-ing` where the rules do not give the form.
const ENGLISH: &[(&str, u16, Act)] = &[
    (
        "say/said add note affirm explain/explained/explaining argue claim acknowledge concede contend maintain assert declare reply/replied \
         respond conclude recall tweet reiterate allege remark quip/quipped/quipping lament testify/testified \
         admit/admitted/admitting retort recount opine exclaim counter caution write/wrote predict observe confirm report suggest \
         state estimate theorize surmise proclaim profess muse grumble gripe crow deadpan/deadpanned/deadpanning mutter whisper \
         shout yell/yelled/yelling reckon posit attest interject interrupt demur/demurred/demurring protest marvel vent agree \
         elaborate clarify/clarified assess charge gush continue post speculate vow swear/swore/swearing reveal",
        THAT | BARE | MARKS | AFTER,
        Act::Said,
    ),
    (
        "tell/told remind assure inform/informed advise notify/notified convince persuade instruct brief",
        THAT | BARE | MARKS | AFTER | HEARER,
        Act::Said,
    ),
    ("warn complain joke boast", THAT | BARE | MARKS | AFTER | ABOUT, Act::Said),
    ("insist", THAT | BARE | MARKS | AFTER | FOR, Act::Said),
    ("speak/spoke talk", ABOUT | WEAK, Act::Said),
    ("point", THAT | TOWARDS | WEAK, Act::Said),
    ("refer/referred/referring allude", TOWARDS | WEAK, Act::Said),
    ("reject chant deride liken disavow echo invoke", MARKS | NOUN | WEAK, Act::Said),
    ("announce stress emphasize emphasise underscore underline highlight deny/denied", THAT | BARE | MARKS | AFTER | NOUN, Act::Said),
    ("promise pledge", THAT | BARE | MARKS | AFTER | TO | NOUN, Act::Said),
    ("propose recommend demand", THAT | MARKS | AFTER | NOUN, Act::Said),
    ("float tout outline", MARKS | NOUN, Act::Said),
    ("threaten refuse decline offer/offered/offering", MARKS | TO, Act::Said),
    ("call", MARKS | FOR | WEAK, Act::Said),
    ("push press/pressed appeal", FOR | WEAK, Act::Said),
    ("ask urge", MARKS | AFTER | HEARER | TO, Act::Said),
    ("wonder", MARKS | AFTER | BARE | THAT, Act::Said),
    ("believe think/thought suspect fear hope doubt worry/worried reason imagine", THAT | BARE | MARKS | AFTER, Act::Held),
    (
        "feel/felt know/knew/knowing understand/understood assume expect realize wish presume figure guess",
        THAT | BARE | AFTER | WEAK,
        Act::Held,
    ),
    (
        "indicate signal hint imply/implied stipulate pronounce decide determine learn demonstrate show/showed find/found \
         specify/specified discover uncover",
        THAT | MARKS | BARE | WEAK,
        Act::Said,
    ),
    ("accept consider regard recognize appreciate dream/dreamed", THAT | WEAK, Act::Held),
    (
        "praise criticize criticise condemn denounce blast slam/slammed/slamming decry/decried deplore mock ridicule applaud \
         commend laud advocate hail welcome berate rebuke lambaste chide chastise attack",
        MARKS | NOUN | WEAK,
        Act::Said,
    ),
    ("dismiss question discuss mention cite defend blame accuse thank", MARKS | NOUN | WEAK, Act::Said),
    ("cast/cast view see/saw/seeing frame describe portray depict characterize characterise brand label", AS | MARKS, Act::Held),
    ("read/read/reading", MARKS | WEAK, Act::Said),
];

const ENGLISH_NOUNS: &str = "insistence warning claim refusal statement belief argument assertion suggestion allegation contention \
    admission acknowledgment announcement promise pledge vow threat demand declaration prediction view opinion fear hope conviction \
    conclusion comment remark complaint assurance charge accusation confession concern denial proposal call plea estimate assessment \
    testimony vow feeling suspicion doubt expectation";

const ENGLISH_STOPS: &str = "that but because when as if while although though whereas since until unless where why how whether than \
    in on at by with from to after before during about into over under against between through among amid upon despite without \
    and or nor so yet then is are was were be been being has have had do does did will would can could may might must shall should \
    not never which who whom whose what there here this's just even only also still once";

const ENGLISH_BETWEEN: &str = "has have had also then later again still even just once repeatedly often never always ever now soon \
    first further himself herself themselves itself both all each reportedly publicly recently already does did do will would may \
    might could can must should not to ve d ll has' today yesterday tonight long since twice";

const ENGLISH_PRONOUNS: &str = "he she they it i we you who one someone everyone everybody somebody nobody many some others those both";

/// One other language as plain words.
struct Plain {
    code: &'static str,
    said: &'static str,
    held: &'static str,
    that: &'static str,
    /// Phrases parted by `;`.
    according: &'static str,
    stops: &'static str,
    pronouns: &'static str,
    between: &'static str,
}

const PLAIN: &[Plain] = &[
    Plain {
        code: "ru",
        said: "сказал сказала сказали сказано говорит говорят говорил говорила говорили заявил заявила заявили заявило заявляет заявляют \
               отметил отметила отметили отмечает отмечают сообщил сообщила сообщили сообщило сообщает сообщают подчеркнул подчеркнула \
               подчеркнули подчеркивает добавил добавила добавили добавляет пояснил пояснила пояснили поясняет объяснил объяснила \
               объяснили объясняет рассказал рассказала рассказали рассказывает утверждает утверждают утверждал утверждала утверждали \
               написал написала написали пишет пишут уточнил уточнила уточнили уточняет признал признала признали признает признался \
               призналась напомнил напомнила напомнили напоминает ответил ответила ответили отвечает спросил спросила спрашивает \
               указал указала указали указывает указывают констатировал констатировала констатирует предупредил предупредила \
               предупредили предупреждает возразил возразила подтвердил подтвердила подтвердили подтверждает обещал обещала пообещал \
               пообещала заверил заверила заверили выразил выразила объявил объявила объявили предположил предположила предположили \
               заметил заметила замечает прокомментировал прокомментировала резюмировал заключил настаивает настаивают говорится \
               продолжил продолжает посетовал пожаловался пожаловалась воскликнул произнес рассуждает цитирует передает вспоминает \
               вспомнил вспомнила призвал призвала призвали настаивал потребовал потребовала обвинил обвинила парировал уверяет уверен \
               уверена убежден убеждена уверены",
        held: "считает считают считал считала считали думает думают полагает полагают полагал надеется надеются опасается опасаются \
               верит сомневается",
        that: "что будто якобы чтобы",
        according: "по словам;по данным;по мнению;по информации;по сообщению;по сведениям;по утверждению;со слов;согласно;по оценке;по оценкам;с точки зрения",
        stops: "в во на с со к ко о об от до из за при для по под над между через после перед без что чтобы как когда если хотя но а и или \
                который которая которое которые также где там тогда не ни у про сегодня вчера ранее",
        pronouns: "он она они оно я мы вы кто",
        between: "также уже еще ранее вчера сегодня потом затем позже неоднократно ему ей им нам мне вам журналистам тогда же теперь лишь",
    },
    Plain {
        code: "uk",
        said: "сказав сказала сказали каже кажуть говорить говорять говорив говорила заявив заявила заявили заявило заявляє заявляють \
               зазначив зазначила зазначили зазначає зазначають повідомив повідомила повідомили повідомило повідомляє повідомляють \
               наголосив наголосила наголосили наголошує підкреслив підкреслила підкреслили підкреслює додав додала додали додає \
               пояснив пояснила пояснили пояснює розповів розповіла розповіли розповідає стверджує стверджують стверджував написав \
               написала написали пише пишуть уточнив уточнила визнав визнала нагадав нагадала нагадали відповів відповіла відповіли \
               вказав вказала вказує попередив попередила попередили попереджає підтвердив підтвердила підтвердили пообіцяв пообіцяла \
               запевнив запевнила запевнили оголосив оголосила оголосили припустив припустила зауважив зауважила прокоментував \
               прокоментувала наполягає йдеться закликав закликала впевнений впевнена переконаний переконана висловив констатував",
        held: "вважає вважають вважав вважала думає гадає сподівається сподіваються побоюється вірить сумнівається",
        that: "що щоб начебто нібито",
        according: "за словами;за даними;на думку;за інформацією;за повідомленням;згідно з;зі слів;за оцінками;на переконання;відповідно до",
        stops: "в у на з із зі к о об від до за при для по під над між через після перед без що щоб як коли якщо хоча але а і й та або \
                який яка яке які також де там тоді не ні про сьогодні вчора раніше",
        pronouns: "він вона вони воно я ми ви хто",
        between: "також вже ще раніше вчора сьогодні потім згодом неодноразово йому їй їм нам мені журналістам",
    },
    Plain {
        code: "de",
        said: "sagte sagten sagt sagen erklarte erklarten erklart betonte betonten betont meinte meinten meint fugte fugten teilte teilten \
               berichtete berichteten berichtet berichten warnte warnten warnt kritisierte schrieb schrieben schreibt kundigte forderte \
               forderten fordert bekraftigte unterstrich raumte behauptete behaupten behauptet antwortete erganzte versicherte gesagt \
               verkundete außerte ausserte sprach nannte bezeichnete heißt heisst hieß hiess zitiert zitierte verwies mahnte entgegnete \
               verteidigte urteilte gab argumentierte",
        held: "glaubt glaubte denkt dachte hofft hoffte furchtet furchtete findet sieht vermutet erwartet",
        that: "dass daß ob",
        according: "laut;nach angaben;zufolge;nach ansicht;nach meinung;nach worten;nach den worten;nach informationen;gemaß",
        stops: "in im an am auf aus bei beim mit nach seit von vom zu zum zur durch fur gegen ohne um uber unter vor zwischen dass daß wenn \
                weil als ob und oder aber der's sich nicht auch bereits noch am wie wo die's heute gestern",
        pronouns: "er sie es ich wir man",
        between: "auch bereits noch dann zudem weiter sich hat habe haben am gestern heute nun",
    },
    Plain {
        code: "fr",
        said: "dit disent declare declarent declarait affirme affirment affirmait explique expliquent expliquait ajoute ajoutent assure \
               assurent estime estiment souligne soulignent precise precisent annonce annoncent indique indiquent rappelle rappellent \
               ecrit ecrivent repond repondu confie raconte racontent insiste conclut lance deplore denonce regrette reconnait \
               reconnu promis promet pretend soutient avertit averti poursuit poursuivi commente martele selon constate note resume \
               rapporte rapportent signale tweete",
        held: "pense pensent croit croient espere esperent juge craint considere doute",
        that: "que qu",
        according: "selon;d apres;de l avis de;aux yeux de;a en croire",
        stops: "dans a au aux en sur sous par pour avec sans chez vers de's depuis pendant entre contre que qu qui dont ou et mais donc or ni \
                car si quand lorsque comme ne pas est sont a ete etait ce cet's",
        pronouns: "il elle ils elles on je nous vous",
        between: "a ont avait avaient aussi egalement encore deja ensuite notamment t l lui leur nous m s est ajoute",
    },
    Plain {
        code: "es",
        said: "dijo dijeron dice dicen dicho afirmo afirmaron afirma afirman aseguro aseguraron asegura aseguran declaro declararon declara \
               explico explicaron explica señalo señalaron senalo senalaron senala senalan agrego agregaron agrega anadio anadieron anade \
               indico indicaron indica indican sostuvo sostuvieron sostiene manifesto manifestaron anuncio anunciaron destaco destacaron \
               destaca subrayo subraya advirtio advirtieron advierte insistio insiste reitero reconocio reconoce escribio escribe \
               respondio responde comento comenta informo informaron informa preciso precisa recordo recuerda denuncio denuncia expreso \
               admitio conto cuenta aclaro apunto apunta enfatizo nego confirmo confirma acuso exigio pidio prometio resalto",
        held: "cree creen considera consideran piensa opina opinan espera teme creia estima",
        that: "que",
        according: "segun;de acuerdo con;a juicio de;en opinion de",
        stops: "en a al con de's desde hasta por para sin sobre tras entre contra que y e o u pero si cuando como donde no ni se ha han fue \
                es son era tambien",
        pronouns: "el ella ellos ellas yo nosotros usted ustedes",
        between: "ha han habia tambien ya ademas luego despues le les nos me se lo",
    },
    Plain {
        code: "it",
        said: "detto dice dicono disse ha dichiarato dichiara dichiarano affermato afferma affermano spiegato spiega spiegano aggiunto aggiunge \
               aggiungono sottolineato sottolinea ribadito ribadisce annunciato annuncia scritto scrive scrivono riferito riferisce \
               riferiscono sostenuto sostiene sostengono commentato commenta osservato osserva precisato precisa assicurato assicura \
               ricordato ricorda replicato replica risposto risponde avvertito avverte ammesso ammette concluso conclude confermato conferma \
               chiesto denunciato denuncia raccontato racconta evidenziato prosegue continua",
        held: "crede credono pensa pensano ritiene ritengono spera teme considera",
        that: "che",
        according: "secondo;a detta di;stando a;per",
        stops: "in a al alla ai alle con da dal dalla su sul sulla per tra fra di's che e ed o ma se quando come dove non ne si e' sono era anche",
        pronouns: "lui lei loro egli ella io noi",
        between: "ha hanno aveva anche gia poi inoltre ancora ci gli mi si",
    },
    Plain {
        code: "pl",
        said: "powiedział powiedziała powiedzieli mowi mowia mowił mowiła oswiadczył oswiadczyła oswiadczyli podkreslił podkresliła podkreslili \
               podkresla zaznaczył zaznaczyła zaznacza dodał dodała dodali dodaje stwierdził stwierdziła stwierdzili stwierdza wyjasnił \
               wyjasniła wyjasnia poinformował poinformowała poinformowali informuje ocenił oceniła ocenia napisał napisała napisali pisze \
               odpowiedział odpowiedziała ostrzegł ostrzegła ostrzega przyznał przyznała przyznaje zapowiedział zapowiedziała zapowiada \
               przekonuje przekonywał tłumaczy tłumaczył komentuje skomentował twierdzi twierdza zapewnił zapewniła przypomniał \
               przypomniała zauwazył zauwazyła przekazał przekazała przekazali podał podała podaje relacjonuje",
        held: "uwaza uwazaja mysli sadzi wierzy obawia",
        that: "ze iz zeby aby",
        according: "według;zdaniem;jak podaje;w ocenie;w opinii;zgodnie z",
        stops: "w we na z ze do od o u za przy dla po pod nad miedzy przez przed bez ze zeby jak kiedy gdy jesli ale a i lub oraz ktory ktora \
                ktore ktorzy nie tez dzis wczoraj",
        pronouns: "on ona oni one ja my",
        between: "tez takze rowniez juz jeszcze wczoraj dzis potem pozniej mu jej im nam",
    },
    Plain {
        code: "cs",
        said: "řekl řekla řekli říká říkají uvedl uvedla uvedli uvádí prohlásil prohlásila prohlásili dodal dodala dodali dodává sdělil \
               sdělila sdělili tvrdí tvrdil tvrdila oznámil oznámila oznámili oznámilo zdůraznil zdůraznila zdůraznili zdůrazňuje \
               vysvětlil vysvětlila vysvětluje poznamenal poznamenala podotkl podotkla připomněl připomněla upozornil upozornila \
               upozornili upozorňuje napsal napsala napsali píše odpověděl odpověděla potvrdil potvrdila potvrdili potvrdilo přiznal \
               přiznala varoval varovala míní konstatoval konstatovala informoval informovala informovala vzkázal popsal ujistil \
               slíbil slíbila doplnil doplnila komentoval prozradil vypověděl požaduje soudí shrnul řekne řeklo uvedlo sdělilo",
        held: "myslí domnívá věří doufá očekává považuje obává soudí",
        that: "že aby zda",
        according: "podle;dle",
        stops: "v ve na z ze do od o u za při pro po pod nad mezi přes před bez že aby jak když jestli ale a i nebo který která které kteří \
                jež jenž není také dnes včera se si k ke s",
        pronouns: "on ona oni ono já my",
        between: "také už ještě včera dnes pak potom později mu jí jim nám mi nám se si to dále rovněž však",
    },
];

static PACKS: LazyLock<FnvMap<&'static str, Pack>> = LazyLock::new(|| {
    let mut packs: FnvMap<&'static str, Pack> = PLAIN.iter().map(|plain| (plain.code, plain_pack(plain))).collect();
    packs.insert("en", english_pack());
    packs
});

fn list(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.split_whitespace().map(fold).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn phrases(text: &str) -> Vec<Vec<String>> {
    text.split(';').map(|phrase| phrase.split_whitespace().map(fold).collect()).collect()
}

fn plain_pack(plain: &Plain) -> Pack {
    let mut verbs = FnvMap::default();
    for (words, act) in [(plain.said, Act::Said), (plain.held, Act::Held)] {
        for word in words.split_whitespace() {
            verbs.insert(fold(word), Cue { takes: THAT | MARKS | AFTER, act, participle: false, base: false });
        }
    }
    Pack {
        verbs,
        nouns: FnvMap::default(),
        that: list(plain.that),
        according: phrases(plain.according),
        stops: list(plain.stops),
        pronouns: list(plain.pronouns),
        between: list(plain.between),
        english: false,
    }
}

fn english_pack() -> Pack {
    let mut verbs = FnvMap::default();
    for (words, takes, act) in ENGLISH {
        for word in words.split_whitespace() {
            inflect(word, |form, participle, base| {
                verbs.entry(form).and_modify(|cue: &mut Cue| cue.base &= base).or_insert(Cue {
                    takes: *takes,
                    act: *act,
                    participle,
                    base,
                });
            });
        }
    }
    Pack {
        verbs,
        nouns: ENGLISH_NOUNS.split_whitespace().map(|word| (word.to_owned(), Act::Said)).collect(),
        that: vec!["that".to_owned()],
        according: phrases("according to;in the words of;in the opinion of;in the view of"),
        stops: list(ENGLISH_STOPS),
        pronouns: list(ENGLISH_PRONOUNS),
        between: list(ENGLISH_BETWEEN),
        english: true,
    }
}

/// Gives every form of an English verb: the form, whether it is the participle in -ing, whether it is the bare form.
pub(crate) fn inflect(entry: &str, mut give: impl FnMut(String, bool, bool)) {
    let mut parts = entry.split('/');
    let base = parts.next().unwrap_or_default();
    let past = parts.next();
    let ing = parts.next();
    let stem = base.strip_suffix('e').filter(|stem| !stem.ends_with('e'));
    let consonant_y = base.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    give(base.to_owned(), false, true);
    let third = match consonant_y {
        Some(stem) => format!("{stem}ies"),
        None if base.ends_with(['s', 'x', 'z']) || base.ends_with("sh") || base.ends_with("ch") => format!("{base}es"),
        None => format!("{base}s"),
    };
    give(third, false, false);
    let regular = match (stem, consonant_y) {
        (_, Some(stem)) => format!("{stem}ied"),
        (Some(stem), _) => format!("{stem}ed"),
        _ if base.ends_with('e') => format!("{base}d"),
        _ => format!("{base}ed"),
    };
    give(past.map_or(regular, str::to_owned), false, false);
    give(ing.map_or_else(|| format!("{}ing", stem.unwrap_or(base)), str::to_owned), true, false);
}

#[cfg(test)]
mod tests {
    use super::{Pack, inflect};

    fn shown(entry: &str) -> String {
        let mut forms = Vec::new();
        inflect(entry, |form, _, _| forms.push(form));
        forms.join(" ")
    }

    #[test]
    fn inflection() {
        insta::assert_snapshot!(shown("say/said"), @"say says said saying");
        insta::assert_snapshot!(shown("argue"), @"argue argues argued arguing");
        insta::assert_snapshot!(shown("agree"), @"agree agrees agreed agreeing");
        insta::assert_snapshot!(shown("deny/denied"), @"deny denies denied denying");
        insta::assert_snapshot!(shown("slam/slammed/slamming"), @"slam slams slammed slamming");
        insta::assert_snapshot!(shown("stress"), @"stress stresses stressed stressing");
    }

    #[test]
    fn packs_know_their_words() {
        for (language, word) in [("en", "warned"), ("ru", "заявил"), ("uk", "зазначив"), ("de", "sagte"), ("fr", "declare"), ("cs", "rekl")]
        {
            assert!(Pack::of(language).verb(word).is_some(), "{language}: {word}");
        }
        assert!(Pack::of("xx").verb("said").is_some());
    }
}
