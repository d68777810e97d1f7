// The page tongxin-verify.html: one file with everything in it, opened from a disk, without a network.
import { verifyForm } from './verify_form';
import { speak } from './verify_texts';

let language: 'zh' | 'en' = navigator.language.startsWith('zh') ? 'zh' : 'en';
function show(): void {
  const say = speak(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = say('title');
  const put = (id: string, text: string): void => { (document.getElementById(id) as HTMLElement).textContent = text; };
  put('title', say('title'));
  put('lead', say('alone'));
  put('other', language === 'zh' ? 'English' : '中文');
  verifyForm(document.getElementById('form') as HTMLElement, language, '');
}
document.getElementById('other')?.addEventListener('click', () => { language = language === 'zh' ? 'en' : 'zh'; show(); });
show();
