import { readerLanguage } from "@gatehouse/domain-events";
import { imageType, type ProjectContext } from "@gatehouse/domain-project";

/** A gate: PNG, 32×32. */
const GATE = Buffer.from(
  [
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAADDElEQVR4nOyXX0hTURzHv+fubi7DP1Qo/bGcPpRmLM1ZGb0VSklCGGGRTS1CIyqihCjKl8KUehAKxD/hgxWjwJeoHov+IdKMsFoqPZ",
    "R/FpmbbTLd7umcG4xt1p276nzxAxd+55zfOd/f/d3fPfceESHEVx3bRgSpnFKSAUIzCchyzAIK+hOU9FKgl1By13mn+U3gOPFbZrM+IVZTyyacI4RoMA9QSn2EoMExJV5GU9OUP4ClpyqMGh8eMOH1",
    "iAq0xyvgqKuxtUfgTVFCafTEOcTINWUrrro8nxDhBUuFMOPpLI8ZK1fBlJomt7u+DqB38DsigdWE5BNojsh0y2YqnhQXj/qDh7E7cxNidbqgMffkJJ59eI8Llg7Yx51h1+Kago9UafR52ZdYpa8JN6",
    "Ekdyss1aexOWUdtJrpNcr7NrCsHNmxE/32EdhGhsItyYKgLo3elNPALL2S48W9xag7UAq9Vhd2Ub1Wi/1bTLzi8bLPpuhLCVkiMPEEJSd+x+cLixApNXv2IXttqqIPewzJopJDjCiirfKEXHSBvB3o",
    "w9XOh6zwvsntjatTUFtcApMhze8jsDnN5uPIv3YFHq/3vxqKxVdkzIFhRVJQ36PuLhTeqsPr/i9wTEzI1yuW6oKb19Fp7Q7yTU9KRmGWUUlCOYDAO+KMuV04e79dfr6hSKzvzL12OaBAckPWiCiAPE",
    "N6UPu57fM0gUB+uVxyNpTWiCiALPZsA7ENDyIcn4aCNyQjK2IlFItQJwYPeyUJ4QgtOP5aqg5AiZgYHSrLDsl2S3sHPJ5JqGHG+38o6YZULEtMlC9uq0V1Blwu9z/tSFGdgbliMYDFABY8AJF9Vkb4",
    "dxkRMmy3Y3RszG+rQdaOP1nxhP2SFWABYGeQpwK7eysWCK4tUK/UwiJRt5HPBorf7PjXrPF0W0f1pmwv++/ahShCCa1x3m59LL8Fjh/j9Syid4gWFFanfbyRm39fQ4vF53D78tlIHT9AYp6Q16a4wb",
    "S2c03eR0Kd+PGcpcfMBjLn8nhOCP1IJaEt9Hj+BwAA///QUYDvAAAABklEQVQDAKqnEGfRlz9AAAAAAElFTkSuQmCC",
  ].join(""),
  "base64",
);

/** A picture of a few kilobytes. */
interface Icon {
  content: Uint8Array;
  type: string;
}

/** What browsers show beside the title of a page: the project's `favicon` in the reader's language, else the product's (spec: auth UI §11). */
export function projectIcon({ project, request }: ProjectContext): Icon {
  const paths = [...project.resources.keys()];
  const pathIn = (language: string): string | undefined => paths.find((path) => path.startsWith(`static/${language}/favicon.`));
  const language = readerLanguage({ localization: project.config.localization, locales: request.locales, exists: (one) => pathIn(one) !== undefined });
  const content = project.resources.get(pathIn(language ?? "") ?? "");
  const type = content && imageType(content);
  return content && type ? { content, type } : { content: GATE, type: "image/png" };
}
