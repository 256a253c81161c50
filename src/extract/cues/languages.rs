//! The reporting words of the languages besides English, as plain words.

/// One other language as plain words.
pub(super) struct Plain {
    pub(super) code: &'static str,
    pub(super) said: &'static str,
    pub(super) held: &'static str,
    pub(super) that: &'static str,
    /// Phrases parted by `;`.
    pub(super) according: &'static str,
    pub(super) stops: &'static str,
    pub(super) pronouns: &'static str,
    pub(super) between: &'static str,
    /// Words behind their source.
    pub(super) behind: &'static str,
}

pub(super) const PLAIN: &[Plain] = &[
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
        behind: "",
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
        behind: "",
    },
    Plain {
        code: "de",
        said: "sagte sagten sagt sagen erklarte erklarten erklart betonte betonten betont meinte meinten meint fugte fugten teilte teilten \
               berichtete berichteten berichtet berichten warnte warnten warnt kritisierte schrieb schrieben schreibt kundigte forderte \
               forderten fordert bekraftigte unterstrich raumte behauptete behaupten behauptet antwortete erganzte versicherte gesagt \
               verkundete außerte ausserte sprach nannte bezeichnete heißt heisst hieß hiess zitiert zitierte verwies mahnte entgegnete \
               verteidigte urteilte gab argumentierte so",
        held: "glaubt glaubte denkt dachte hofft hoffte furchtet furchtete findet sieht vermutet erwartet",
        that: "dass daß ob",
        according: "laut;nach angaben von;nach angaben;nach ansicht von;nach ansicht;nach meinung;nach worten;nach den worten;nach informationen;gemaß",
        stops: "in im an am auf aus bei beim mit nach seit von vom zu zum zur durch fur gegen ohne um uber unter vor zwischen dass daß wenn \
                weil als ob und oder aber der's sich nicht auch bereits noch am wie wo die's heute gestern",
        pronouns: "er sie es ich wir man",
        between: "auch bereits noch dann zudem weiter sich hat habe haben am gestern heute nun",
        behind: "zufolge",
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
        behind: "",
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
        behind: "",
    },
    Plain {
        code: "it",
        said: "detto dice dicono disse dichiarato dichiara dichiarano affermato afferma affermano spiegato spiega spiegano aggiunto aggiunge \
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
        behind: "",
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
        behind: "",
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
        behind: "",
    },
    Plain {
        code: "pt",
        said: "disse disseram diz dizem dito afirmou afirmaram afirma afirmam declarou declararam declara explicou explicaram explica \
               acrescentou acrescentaram acrescenta garantiu garante anunciou anunciaram anuncia destacou destaca ressaltou ressalta informou \
               informaram informa alertou alertaram alerta criticou defendeu defende escreveu escreve respondeu responde contou conta revelou \
               revela sublinhou sublinha admitiu admite reconheceu reiterou confirmou confirmaram confirma negou prometeu pediu exigiu comentou \
               comenta observou apontou avaliou lembrou lamentou concluiu salientou referiu frisou indicou sugeriu insistiu acusou",
        held: "acredita acreditam considera consideram pensa acha espera teme entende avalia",
        that: "que",
        according: "segundo;de acordo com;conforme;na opinião de",
        stops: "em no na nos nas a à ao aos às com de do da dos das desde até por pela pelo para sem sobre entre contra que e ou mas se quando \
                como onde não nem foi é são era também após durante",
        pronouns: "ele ela eles elas eu nós você vocês",
        between: "tem têm tinha também já ainda depois além lhe me nos se ontem hoje",
        behind: "",
    },
    Plain {
        code: "nl",
        said: "zei zeiden zegt zeggen gezegd verklaarde verklaarden verklaart stelde stelden stelt liet laat meldde meldden meldt vertelde \
               vertelden vertelt benadrukte benadrukten benadrukt waarschuwde waarschuwden waarschuwt schreef schreven schrijft reageerde \
               reageert antwoordde antwoordt bevestigde bevestigden bevestigt ontkende ontkent beloofde belooft noemde noemt erkende erkent \
               concludeerde concludeert eiste eist aldus",
        held: "vindt vinden vond denkt denken dacht gelooft hoopt hoopte vreest vreesde verwacht verwachten meent",
        that: "dat of",
        according: "volgens;naar het oordeel van",
        stops: "in op aan bij met na naar van voor uit over onder tussen tegen door zonder om dat of als wanneer omdat en maar niet ook al nog \
                te tot sinds tijdens gisteren vandaag die wat waar hoe",
        pronouns: "hij zij ze ik we wij men",
        between: "heeft hebben had ook al nog dan verder toen later zich gisteren vandaag eerder weten",
        behind: "",
    },
    Plain {
        code: "tr",
        said: "dedi dediler diyor söyledi söylediler söylüyor belirtti belirttiler belirtiyor açıkladı açıkladılar konuştu kaydetti kaydettiler \
               vurguladı vurguladılar ekledi bildirdi bildirdiler duyurdu duyurdular savundu savundular uyardı yazdı anlattı sordu yanıtladı \
               aktardı hatırlattı ifade iddia dile",
        held: "düşünüyor inanıyor umuyor",
        that: "ki",
        according: "",
        stops: "ve veya ile için ama fakat ancak çünkü gibi kadar sonra önce bu da de ki",
        pronouns: "onlar ben biz",
        between: "da de ise ayrıca diye şeklinde olarak",
        behind: "göre",
    },
    Plain {
        code: "ar",
        said: "قال قالت قالوا يقول تقول أضاف أضافت أكد أكدت يؤكد تؤكد أعلن أعلنت صرح صرحت ذكر ذكرت أوضح أوضحت أشار أشارت شدد شددت حذر حذرت أفاد \
               أفادت كتب كتبت نفى نفت لفت لفتت تابع تابعت كشف كشفت",
        held: "يعتقد تعتقد يرى ترى اعتبر اعتبرت",
        that: "أن أنه أنها أنهم بأن بأنه بأنها",
        according: "بحسب;حسب;وفق;نقلا عن",
        stops: "في من على إلى عن مع خلال بعد قبل بين ضد حول عند منذ حتى أو ثم لكن لأن التي الذي الذين كما يوم اليوم أمس أن إن أنه إنه أنها إنها بأن",
        pronouns: "هو هي هم",
        between: "قد أيضا كذلك",
        behind: "",
    },
];
