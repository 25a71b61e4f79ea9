import { cardKind } from './card.ts';
import { codeKind } from './code.ts';
import { derivationKind } from './derivation.ts';
import { formulaKind } from './formula.ts';
import { imageKind } from './image.ts';
import { listKind } from './list.ts';
import { noteKind } from './note.ts';
import { tableKind } from './table.ts';

/** The kinds of block that are made of words, mathematics, programs and images. */
export const textKinds = [formulaKind, derivationKind, listKind, tableKind, codeKind, imageKind, cardKind, noteKind] as const;
