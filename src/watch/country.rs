//! ISO 3166-1: from the three-letter code to the two-letter one.

/// `AFGAF` is Afghanistan: three letters, then two.
const CODES: &str = "AFGAF ALAAX ALBAL DZADZ ASMAS ANDAD AGOAO AIAAI ATAAQ ATGAG ARGAR ARMAM ABWAW AUSAU AUTAT AZEAZ BHSBS BHRBH BGDBD \
BRBBB BLRBY BELBE BLZBZ BENBJ BMUBM BTNBT BOLBO BESBQ BIHBA BWABW BVTBV BRABR IOTIO BRNBN BGRBG BFABF BDIBI CPVCV KHMKH CMRCM \
CANCA CYMKY CAFCF TCDTD CHLCL CHNCN CXRCX CCKCC COLCO COMKM CODCD COGCG COKCK CRICR CIVCI HRVHR CUBCU CUWCW CYPCY CZECZ DNKDK \
DJIDJ DMADM DOMDO ECUEC EGYEG SLVSV GNQGQ ERIER ESTEE SWZSZ ETHET FLKFK FROFO FJIFJ FINFI FRAFR GUFGF PYFPF ATFTF GABGA GMBGM \
GEOGE DEUDE GHAGH GIBGI GRCGR GRLGL GRDGD GLPGP GUMGU GTMGT GGYGG GINGN GNBGW GUYGY HTIHT HMDHM VATVA HNDHN HKGHK HUNHU ISLIS \
INDIN IDNID IRNIR IRQIQ IRLIE IMNIM ISRIL ITAIT JAMJM JPNJP JEYJE JORJO KAZKZ KENKE KIRKI PRKKP KORKR KWTKW KGZKG LAOLA LVALV \
LBNLB LSOLS LBRLR LBYLY LIELI LTULT LUXLU MACMO MDGMG MWIMW MYSMY MDVMV MLIML MLTMT MHLMH MTQMQ MRTMR MUSMU MYTYT MEXMX FSMFM \
MDAMD MCOMC MNGMN MNEME MSRMS MARMA MOZMZ MMRMM NAMNA NRUNR NPLNP NLDNL NCLNC NZLNZ NICNI NERNE NGANG NIUNU NFKNF MKDMK MNPMP \
NORNO OMNOM PAKPK PLWPW PSEPS PANPA PNGPG PRYPY PERPE PHLPH PCNPN POLPL PRTPT PRIPR QATQA REURE ROURO RUSRU RWARW BLMBL SHNSH \
KNAKN LCALC MAFMF SPMPM VCTVC WSMWS SMRSM STPST SAUSA SENSN SRBRS SYCSC SLESL SGPSG SXMSX SVKSK SVNSI SLBSB SOMSO ZAFZA SGSGS \
SSDSS ESPES LKALK SDNSD SURSR SJMSJ SWESE CHECH SYRSY TWNTW TJKTJ TZATZ THATH TLSTL TGOTG TKLTK TONTO TTOTT TUNTN TURTR TKMTM \
TCATC TUVTV UGAUG UKRUA AREAE GBRGB USAUS UMIUM URYUY UZBUZ VUTVU VENVE VNMVN VGBVG VIRVI WLFWF ESHEH YEMYE ZMBZM ZWEZW XKXXK";

/// The two-letter code that a two- or three-letter code means, in any case.
pub(crate) fn country(text: &str) -> Option<[u8; 2]> {
    let wanted = text.to_ascii_uppercase();
    CODES
        .split_ascii_whitespace()
        .filter_map(|pair| pair.split_at_checked(3))
        .find(|(three, two)| *three == wanted || *two == wanted)
        .and_then(|(_, two)| two.as_bytes().try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::{CODES, country};

    #[test]
    fn every_code_is_whole_and_none_is_twice() {
        let mut twos: Vec<&str> = CODES.split_ascii_whitespace().map(|pair| pair.split_at(3).1).collect();
        assert!(CODES.split_ascii_whitespace().all(|pair| pair.len() == 5 && pair.bytes().all(|byte| byte.is_ascii_uppercase())));
        let all = twos.len();
        twos.sort_unstable();
        twos.dedup();
        assert_eq!((all, twos.len()), (250, 250));
        assert_eq!(country("rus"), Some(*b"RU"));
        assert_eq!(country("UA"), Some(*b"UA"));
        assert_eq!(country("Russia"), None);
    }
}
