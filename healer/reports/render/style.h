// The style sheet of every report's HTML page.
#pragma once

#include <string_view>

namespace healer::reports {

inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--page:#fff;--card:#f6f7f9;--line:#d9dde3;
--good:#0072b2;--warning:#b87700;--bad:#c44900;--unknown:#6b7280;
--up:#56b4e9;--down:#d55e00;--a:#0072b2;--b:#e69f00;--c:#009e73;--d:#cc79a7}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa4b2;--page:#14171c;--card:#1d2128;--line:#343a44;
--good:#56b4e9;--warning:#f0b429;--bad:#ff8a4c;--unknown:#9aa4b2;--up:#2f7fb0;--down:#ff7a33;--a:#56b4e9}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:66rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0 .25rem}
h2{font-size:1.25rem;margin:2.6rem 0 .7rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.6rem 0 .4rem}
p,ul,ol{margin:.5rem 0 .9rem}li{margin:.25rem 0}
a{color:var(--good)}
code,pre{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{background:var(--card);border-radius:4px;padding:.08em .3em;overflow-wrap:anywhere}
pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;overflow-x:auto}
.wide{overflow-x:auto;margin:.6rem 0 1.1rem}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;font-size:.82rem;white-space:nowrap}
.n{text-align:right}td.n{white-space:nowrap}th:last-child,td:last-child{padding-right:0}
.dot{display:inline-block;width:.62em;height:.62em;margin-right:.45em;border-radius:50%;background:var(--unknown)}
.dot.good{background:var(--good)}.dot.warning{background:var(--warning);border-radius:0;transform:rotate(45deg)}
.dot.bad{background:var(--bad);border-radius:0}.dot.unknown{background:none;border:.14em solid var(--unknown)}
.callout{border-left:4px solid var(--line);background:var(--card);padding:.7rem 1rem;border-radius:0 8px 8px 0}
.callout.good{border-color:var(--good)}.callout.warning{border-color:var(--warning)}.callout.bad{border-color:var(--bad)}
.callout.unknown{border-style:dashed;border-width:0 0 0 4px}
.badge{display:flex;gap:1rem;align-items:baseline;color:var(--soft);margin:1rem 0}
.badge b{font-size:3.2rem;line-height:1;color:var(--ink)}
.badge.good b{color:var(--good)}.badge.warning b{color:var(--warning)}.badge.bad b{color:var(--bad)}
figure{margin:.8rem 0 1.2rem;overflow-x:auto}
svg{display:block;width:100%;height:auto;min-width:34rem}
svg.spark{display:inline-block;width:7rem;min-width:0;height:1.25rem;margin-left:.6rem;vertical-align:-.25rem}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--soft)}
svg .name{fill:var(--ink)}
@media (max-width:40rem){main{padding:1rem .9rem 3rem}body{font-size:15px}}
@media print{:root{--page:#fff;--ink:#000}h2{break-after:avoid}table,figure{break-inside:avoid}}
)css";

}  // namespace healer::reports
