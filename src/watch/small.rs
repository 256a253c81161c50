//! Words that say nothing about what a text is about.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::fold::fold;

/// Of English and of the most common other languages.
const SMALL: &str = "a about above across after again against all almost along already also although always am among an and another any are \
around as at away back be became because become been before behind being below between beyond both brought but by can cannot could did do does \
doing done down due during each either else ever every few figure first for from further get give given giving go going had has have having he \
her here hers him his how however i if in into involve involved involves involving is it its itself just last later least less let like made make \
makes making many may me might mine more most much must my near neither never next no nor not now of off often on once one only onto or other \
others our out over own per perhaps put quite rather regarding same say says second see seen several shall she should since so some still such \
take taken taking than that the their them then there these they this those through thus to together too toward towards two under until up upon \
us use used uses using very via was way we well went were what when where whether which while who whom whose why will with within without would \
yet you your \
der die das den dem des ein eine einer eines einem einen und oder aber in im an am auf aus bei mit nach von vom zu zum zur über unter für gegen \
um ist sind war wird werden hat haben nicht auch als wie \
le la les un une des du de et ou mais dans en au aux par pour sur sous avec sans contre est sont être qui que ce cette ces son sa ses \
el los las una unos del y o pero al por para con sin contra es son que su sus \
il lo gli uno di da e ed che non si \
и или но а в во на к ко с со у о об от до из за по для при про не что как это его ее их \
і й та або але у в на до з із зі від за по для при про не що як це його її їх";

static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| SMALL.split_ascii_whitespace().map(fold).collect());

/// Whether a folded word says nothing about what a text is about.
pub(crate) fn is_small_word(folded: &str) -> bool {
    WORDS.contains(folded)
}
