import { describe, expect, it } from 'vitest';
import type { FieldDefinition } from './by-hand-queries';
import { changesOf, choicesOf, choicesText, valueText } from './fields';

const skin = {
  name: 'skin',
  kind: 'choice',
  label_zh: '肤质',
  label_en: 'Skin',
  choices: [{ value: 'dry', zh: '干性', en: 'Dry' }],
} as FieldDefinition;
const told = { language: 'zh-CN', yes: '是', no: '否' };

describe('fields of a brand', () => {
  it('reads a choice from each line, and one word alone as all three', () => {
    expect(choicesOf('dry，干性,Dry\n\n S \n')).toEqual([
      { value: 'dry', zh: '干性', en: 'Dry' },
      { value: 'S', zh: 'S', en: 'S' },
    ]);
  });

  it('writes choices as they were read', () => {
    const text = 'dry,干性,Dry\nS';
    expect(choicesText(choicesOf(text))).toBe(text);
  });

  it('says a choice by its label, and a yes or no in words', () => {
    expect(valueText(skin, 'dry', told)).toBe('干性');
    expect(valueText(skin, 'dry', { ...told, language: 'en' })).toBe('Dry');
    expect(valueText({ ...skin, kind: 'boolean' }, 'false', told)).toBe('否');
  });

  it('sends what was filled in, and null for what is cleared', () => {
    expect(changesOf({ name: '', province: '上海', gender: undefined }, ['birthday'])).toEqual({
      province: '上海',
      birthday: null,
    });
  });
});
