/** Texts of the page that are embedded at build time, each ending with a 0 (cmake/report.cmake). */
#ifndef CK_REPORT_PAGE_H
#define CK_REPORT_PAGE_H

extern const unsigned char ck_report_style[];   /**< style.css */
extern const unsigned char ck_report_script[];  /**< script.js */
extern const unsigned char ck_report_charts[];  /**< Chart.js, "" where it was not found */
extern const unsigned char ck_report_licence[]; /**< charts-licence.txt */

#endif
