/**
 * Letters and digits of other scripts that readers take for an ASCII letter or digit: single characters of UTS #39
 * (confusables.txt), for the scripts that are met in practice. Fullwidth and mathematical letters are no identifiers at all.
 */
const LOOK_ALIKES = [
  "абгеіјорсухѕһҽӏԁԛԝѵүꙇАВЕЗКМНОРСТУХЅІЈЬӀԌԜѴҮꙄӠ", // Cyrillic
  "αγικνορσυχϱϲϳᴦΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜϹϺͿ", // Greek
  "ագզհյնոռսցքօՏՍՕԼ", // Armenian
  "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᎾᏀᏂᏃᏎᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏮᏳᏴꭵꮁꮃꮓꮩꮪꮯ", // Cherokee
  "ⲅⲟⲣⲥⲎⲔⲘⲚⲞⲢⲤⲦⲨⲬⲐⲒⲺⳊⳌⳒϨ", // Coptic
  "ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓞꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴꓸ", // Lisu
  "ᐯᑌᑭᑯᑲᒍᒪᒿᕁᕼᕽᖇᖯᖴᗅᗞᗪᗰᗷ", // Canadian syllabics
  "𐐄𐐕𐐛𐐠𐐬𐐽𐑈𐒴𐓂𐓎𐓒𐓪𐓶", // Deseret, Osage
  "וטןסאٱااهةہە۰۱۵۷", // Hebrew, Arabic
  "ყჿዐሀⴹⵏⵔⵕⴸⵝᛕᛁᛖᚷ", // Georgian, Ethiopic, Tifinagh, Runic
  "०০৪৭੦੧੪૦ଠ୦୨ଃ௦ం౦ಂ೦ംഠ൦൭ං๐໐ဝ၀", // digits and circles of Indic and South-East Asian scripts
].join("");

const TABLE: ReadonlySet<string> = new Set(LOOK_ALIKES);

/** Whether a text has a letter of another script that looks like an ASCII letter or digit, accents aside (UTS #39; spec: user model §4.2). */
export const hasConfusables = (text: string): boolean => Array.from(text.normalize("NFD")).some((character) => TABLE.has(character));
