/** The few words that are needed before the window is loaded. */
import { LOCALES, type Locale } from "../contract.ts";

/** Label of the button; what to say when the chat cannot be loaded, which is a link where there is a contact page. */
export const WORDS: Record<Locale, [chat: string, sorry: string]> = {
  en: ["Chat with us", "Chat unavailable – contact us"],
  es: ["Chatea con nosotros", "Chat no disponible – contáctanos"],
  fr: ["Discuter avec nous", "Chat indisponible – contactez-nous"],
  de: ["Mit uns chatten", "Chat nicht erreichbar – Kontakt"],
  pt: ["Fale conosco", "Chat indisponível – contate-nos"],
  ar: ["تحدث معنا", "الدردشة غير متاحة – اتصل بنا"],
};

/** The language that is spoken here for a language tag. */
export function localeOf(tag: string): Locale {
  const language = tag.slice(0, 2).toLowerCase() as Locale;
  return LOCALES.includes(language) ? language : "en";
}
