/**
 * Makes a nominal type out of a base type, at no cost at run time.
 *
 * The key is a plain string property, so two installed copies of this package stay compatible.
 */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name }
