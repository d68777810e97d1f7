// <tx-verify data-keys="…">: the offline check as a part of the site.
import { verifyForm } from './verify_form';
import { define } from './words';

class Verify extends HTMLElement {
  connectedCallback(): void {
    verifyForm(this, document.documentElement.lang.startsWith('en') ? 'en' : 'zh', this.dataset.keys ?? '');
  }
}
define('tx-verify', Verify);
