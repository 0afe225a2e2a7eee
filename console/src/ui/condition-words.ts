/** The words around the value of a condition. */
import { defineWords } from './i18n';

export const conditionWords = defineWords({
  'zh-CN': { yes: '是', no: '否', to: '到', choose: '请选择', several: '可多选，回车确认', day: '选择日期' },
  en: {
    yes: 'Yes',
    no: 'No',
    to: 'to',
    choose: 'Choose',
    several: 'several; Enter confirms',
    day: 'Choose a day',
  },
});
