//! What pages say that stand in for an article, in the languages of the world's larger outlets.
//!
//! Phrases are written as pages write them and compared folded. One language a line, in the order en, de, fr, es, pt, it, nl, sv, no, da,
//! fi, pl, cs, sk, hu, ro, hr/sr, bg, el, ru, uk, tr, ar, fa, he, hi, id, vi, th, ja, ko, zh, as far as there is one.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::fold::fold;

/// Phrases, folded.
pub(super) type Signs = LazyLock<Vec<String>>;

/// A text as phrases are compared with: folded, with one kind of apostrophe.
pub(super) fn folded(text: &str) -> String {
    fold(text).replace(['’', 'ʼ', '‘', '´', '′'], "'")
}

fn list(lines: &str) -> Vec<String> {
    lines.lines().flat_map(|line| line.split('|')).map(|phrase| folded(phrase.trim())).filter(|phrase| !phrase.is_empty()).collect()
}

/// The page is not there.
pub(super) static MISSING: Signs = LazyLock::new(|| {
    list(
        "page not found|page can't be found|page cannot be found|page could not be found|page doesn't exist|page does not exist|\
         page isn't available|page is not available|page no longer exists|nothing was found at this|page you are looking for|\
         page you're looking for|page you requested|page you were looking for|find that page|find the page you|\
         access to this page has been denied
         Seite nicht gefunden|Seite wurde nicht gefunden|Seite konnte nicht gefunden|Seite konnte leider nicht gefunden|Seite existiert nicht|\
         Seite gibt es nicht|Seite ist nicht verfügbar|aufgerufene Seite|angeforderte Seite|gesuchte Seite
         page introuvable|page n'existe pas|page n'existe plus|page que vous recherchez|page que vous cherchez|page demandée|\
         contenu introuvable
         página no encontrada|no encontramos la página|no se ha encontrado la página|página que buscas|página que está buscando|\
         página solicitada|página no existe
         página não encontrada|página que você procura|página que procura|página solicitada|página não existe
         pagina non trovata|pagina che stai cercando|pagina che cerchi|pagina richiesta|pagina non esiste
         pagina niet gevonden|pagina bestaat niet|pagina die je zoekt|pagina die u zoekt|opgevraagde pagina
         sidan hittades inte|sidan kunde inte hittas|sidan finns inte|sidan du letar efter|sidan du söker
         siden ble ikke funnet|finner ikke siden|fant ikke siden|siden finnes ikke|siden du leter etter
         siden blev ikke fundet|siden findes ikke|siden kunne ikke findes|siden du leder efter
         sivua ei löydy|sivua ei löytynyt|hakemaasi sivua|etsimääsi sivua
         nie znaleziono strony|strona nie istnieje|strona nie została znaleziona|strona, której szukasz
         stránka nenalezena|stránka nebyla nalezena|stránka neexistuje|požadovaná stránka|hledaná stránka
         stránka sa nenašla|stránka nebola nájdená|stránka neexistuje|požadovaná stránka|hľadaná stránka
         az oldal nem található|a keresett oldal|oldal nem létezik|nem találjuk az oldalt
         pagina nu a fost găsită|pagina nu există|pagina căutată|pagina pe care o cauți|pagina solicitată
         stranica nije pronađena|stranica ne postoji|stranica koju tražite|tražena stranica|страница није пронађена
         страницата не е намерена|страницата не съществува|търсената страница
         η σελίδα δεν βρέθηκε|η σελίδα δεν υπάρχει|η σελίδα που αναζητάτε|η σελίδα που ζητήσατε
         страница не найдена|страница не существует|такой страницы нет|такой страницы не существует|запрашиваемая страница|\
         запрашиваемая вами страница
         сторінку не знайдено|сторінка не знайдена|сторінки не існує|сторінки, яку ви шукаєте|такої сторінки
         sayfa bulunamadı|aradığınız sayfa|böyle bir sayfa yok
         الصفحة غير موجودة|لم يتم العثور على الصفحة|الصفحة التي تبحث عنها|الصفحة المطلوبة
         صفحه مورد نظر|صفحه یافت نشد|صفحه پیدا نشد
         הדף לא נמצא|העמוד לא נמצא|הדף המבוקש|העמוד שחיפשת
         पृष्ठ नहीं मिला|पेज नहीं मिला
         halaman tidak ditemukan|halaman yang anda cari
         không tìm thấy trang|trang không tồn tại|trang bạn tìm
         ไม่พบหน้า|ไม่พบหน้าที่
         ページが見つかりません|ページは見つかりません|ページは存在しません|お探しのページ|ページは削除された
         페이지를 찾을 수 없|존재하지 않는 페이지|요청하신 페이지
         页面不存在|页面未找到|找不到页面|找不到您|您访问的页面|頁面不存在|找不到頁面|您訪問的頁面",
    )
});

/// Something is wrong with the site, or the reader is in the wrong place. Articles tell of such things too.
pub(super) static TROUBLE: Signs = LazyLock::new(|| {
    list(
        "something went wrong|trouble showing this page|temporarily unavailable|under maintenance|due to legal reasons|\
         not available in your country|not available in your region|cannot grant you access|unavailable in your location
         Wartungsarbeiten|gerade gewartet|vorübergehend nicht erreichbar|da ist etwas schiefgelaufen
         momentanément indisponible|en maintenance|une erreur est survenue
         ha ocurrido un error|en mantenimiento|algo deu errado|em manutenção|si è verificato un errore|in manutenzione
         er is iets misgegaan|något gick fel|noe gikk galt|noget gik galt|jotain meni pieleen
         coś poszło nie tak|przerwa techniczna|něco se pokazilo|что-то пошло не так|технические работы|щось пішло не так
         bir hata oluştu|メンテナンス中",
    )
});

/// Words for an error before or behind its number: `Fehler 404`.
pub(super) static ERROR: Signs = LazyLock::new(|| {
    list(
        "error|fehler|erreur|erro|errore|fout|fel|feil|fejl|virhe|błąd|chyba|hiba|eroare|greška|грешка|σφάλμα|ошибка|помилка|hata|خطأ|خطای|\
         שגיאה|त्रुटि|kesalahan|lỗi|エラー|오류|错误|錯誤|http|code|page|seite|página|pagina|strona|страница|сторінка|sayfa",
    )
});

/// The page asks who the reader is.
pub(super) static LOG_IN: Signs = LazyLock::new(|| {
    list(
        "log in|login|sign in|welcome back|create an account|create your account|don't have an account
         anmelden|einloggen|melden sie sich an|registrieren sie sich|noch kein konto
         connexion|se connecter|connectez-vous|identifiez-vous
         iniciar sesión|inicia sesión|accede a tu cuenta|accede con tu
         iniciar sessão|faça login|entrar na sua conta
         accedi|effettua il login
         inloggen|log in om
         logga in|logg inn|log ind|kirjaudu sisään
         zaloguj się|logowanie|přihlásit se|přihlášení|prihlásiť sa|bejelentkezés|autentificare|prijavite se|prijava
         вход|войти|войдите|авторизация|увійти|увійдіть|вхід|σύνδεση
         giriş yap|تسجيل الدخول|ورود به|התחברות|लॉग इन|đăng nhập|masuk ke akun|เข้าสู่ระบบ
         ログイン|로그인|登录|登入",
    )
});

/// What sentences of consent walls say.
pub(super) static CONSENT: Signs = LazyLock::new(|| {
    list(
        "cookie|consent|privacy|our partners|third party|third parties|personal data|legitimate interest|accept all|reject all|\
         personalised ads|personalized ads|personalised advert
         Datenschutz|Einwilligung|Zustimm|personenbezogen|unsere Partner
         vie privée|consentement|partenaires|données personnelles|confidentialité
         privacidad|consentimiento|datos personales|nuestros socios
         privacidade|consentimento|dados pessoais|parceiros
         consenso|dati personali|terze parti
         toestemming|privacyverklaring|persoonsgegevens|onze partners
         samtycke|personuppgifter|integritetspolicy|våra partner
         samtykke|personvern|personopplysninger|persondata|personoplysninger
         evästeit|suostumu|henkilötieto|tietosuoja|kumppanimme
         plików cookie|pliki cookie|ciastecz|danych osobowych|dane osobowe|wyrażasz zgodę|prywatności|partnerzy
         osobních údajů|osobní údaje|souhlas|soukromí|osobných údajov|súhlas|súkromi
         sütik|személyes adat|hozzájárul|adatvédel
         date cu caracter personal|datele personale|consimțământ|confidențialitate
         osobnih podataka|kolačić|privatnost|pristanak|pristaj
         бисквитк|лични данни|поверителност|съгласие
         προσωπικά δεδομένα|προσωπικών δεδομένων|συγκατάθεση|απορρήτου|συνεργάτες μας
         куки|персональных данных|персональные данные|конфиденциальност|согласие на|файлы cookie
         персональних даних|персональні дані|конфіденційност|згоду на|файли cookie
         çerez|kişisel veri|gizlilik|rıza
         ملفات تعريف الارتباط|البيانات الشخصية|بياناتك الشخصية|الخصوصية|شركاؤنا|موافقتك
         کوکی|داده‌های شخصی|حریم خصوصی|עוגיות|פרטיות|מידע אישי
         कुकी|गोपनीयता|व्यक्तिगत डेटा|kebijakan privasi|data pribadi|persetujuan
         quyền riêng tư|dữ liệu cá nhân|คุกกี้|ความเป็นส่วนตัว|ข้อมูลส่วนบุคคล
         クッキー|同意|個人データ|個人情報|プライバシー
         쿠키|개인정보|개인 정보|동의
         隐私|个人信息|个人数据|隱私|個人資料",
    )
});

/// A word that nearly every text of a language has, and the words with which it speaks of itself and to its reader.
const ADDRESS: [(&str, &str); 7] = [
    ("the", "we us our you your"),
    ("der", "wir uns unser unsere unseren sie ihr ihre ihrer ihren du dein deine"),
    ("les", "nous notre nos vous votre vos"),
    ("los", "nosotros nuestro nuestra nuestros nuestras tu tus usted ustedes su puedes"),
    ("il", "noi nostri nostro tuo tua tuoi tue puoi vostro"),
    ("os", "nos nosso nossos voce seu seus sua suas pode"),
    ("het", "wij we ons onze je jouw u uw"),
];

/// Whether a folded text in one of these languages speaks to nobody, as reports do and walls do not.
pub(super) fn speaks_to_nobody(folded: &str) -> bool {
    let words: HashSet<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
    ADDRESS.iter().any(|(common, _)| words.contains(common))
        && ADDRESS.iter().flat_map(|(_, address)| address.split(' ')).all(|word| !words.contains(word))
}

/// What checks for robots and their like say.
pub(super) static CHECKS: Signs = LazyLock::new(|| {
    list(
        "enable javascript|javascript is disabled|javascript and cookies|verify you are human|verifying you are human|checking your browser|\
         are not a robot|unusual traffic|ray id|captcha|you don't have permission to access|ad blocker|adblocker|security of your connection|\
         automation tools
         JavaScript aktivieren|JavaScript ist deaktiviert|Werbeblocker|activer JavaScript|bloqueur de publicité|activar JavaScript|\
         bloqueador de anuncios|ative o JavaScript|abilita JavaScript|JavaScript ingeschakeld|Włącz JavaScript|включите JavaScript|\
         блокировщик рекламы|увімкніть JavaScript|JavaScriptを有効|JavaScript를|启用JavaScript|启用 JavaScript",
    )
});

/// Ends of a text that goes on elsewhere.
pub(super) static GOES_ON: Signs = LazyLock::new(|| {
    list(
        "read more|continue reading|keep reading|read the full story|read full story|read full article|read the full article|read the rest|\
         click here to read|full story|to continue reading|subscribe to read|subscribe to continue|subscribe now|log in to continue|\
         sign in to continue|sign up to read|already a subscriber|this article is for subscribers|for subscribers only|subscribers only|\
         become a subscriber|unlock this article|the post appeared first on|limit of free articles
         weiterlesen|jetzt weiterlesen|Artikel lesen mit|nur für Abonnenten|Abo abschließen
         lire la suite|article réservé aux abonnés|réservé aux abonnés|réservée aux abonnés|de cet article à lire
         seguir leyendo|leer más|suscríbete para|exclusivo para suscriptores
         leia mais|continue lendo|exclusivo para assinantes|continue a ler
         continua a leggere|leggi tutto|riservato agli abbonati|articolo completo
         lees verder|lees meer|alleen voor abonnees
         läs mer|läs hela artikeln|för prenumeranter|bli prenumerant
         les mer|for abonnenter|bli abonnent|lese videre|læs mere|læs hele artiklen|bliv abonnent|læse videre
         lue lisää|vain tilaajille|jatka lukemista
         czytaj więcej|czytaj dalej|dla prenumeratorów|dla subskrybentów
         pokračovat ve čtení|celý článek|pouze pro předplatitele|len pre predplatiteľov|tovább olvasom|citește mai mult|citește continuarea
         читать далее|читать полностью|подписчикам|чтобы читать дальше|читати далі|читати повністю|для передплатників
         devamını oku|اقرأ المزيد|قراءة المزيد|ادامه مطلب|baca selengkapnya|đọc tiếp|อ่านต่อ
         続きを読む|続きをお読み|有料会員|会員限定|더 보기|기사 더보기|阅读全文|閱讀全文",
    )
});
