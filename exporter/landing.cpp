#include "exporter/landing.h"

#include <fmt/format.h>

#include "base/html.h"
#include "base/program.h"

namespace exporter {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>salus-exporter</title>
<style>
body { font-family: sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1em 0; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3em .8em .3em 0; text-align: left; vertical-align: top; }
.failed { font-weight: bold; }
</style>
</head>
<body>
)";

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string collector_row(const View& view) {
  std::string state = "waits for its first run";
  std::string details;
  double took = 0;
  if (view.overdue) {
    state = "<span class=\"failed\">hangs</span>";
    took = seconds(view.lasting);
  } else if (view.last) {
    state = view.last->success ? "works" : "<span class=\"failed\">failed</span>";
    details = view.last->error;
    took = seconds(view.last->duration);
  }
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.3f} s</td><td>{}</td></tr>\n",
                     base::escape_html(view.name), state, view.last ? base::rfc3339(view.last->began) : "",
                     took, base::escape_html(details));
}

std::string subsystem_row(const base::Subsystem& subsystem) {
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     base::escape_html(subsystem.name), base::escape_html(subsystem.purpose),
                     base::escape_html(subsystem.trading), base::escape_html(subsystem.container));
}

}  // namespace

std::string landing_page(const std::vector<View>& collectors,
                         const std::vector<base::Subsystem>& subsystems) {
  std::string page(kHead);
  page += fmt::format("<h1>salus-exporter {}</h1>\n<p>Facts about a trading stack, for Prometheus.</p>\n",
                      base::escape_html(base::version()));
  page +=
      "<ul>\n<li><a href=\"/metrics\">Metrics</a></li>\n<li><a href=\"/-/healthy\">Healthy</a></li>\n"
      "<li><a href=\"/-/ready\">Ready</a></li>\n</ul>\n";
  page +=
      "<h2>Collectors</h2>\n<table>\n<tr><th>Collector</th><th>State</th><th>Last run</th><th>Took</th>"
      "<th>Last error</th></tr>\n";
  for (const View& view : collectors) page += collector_row(view);
  page +=
      "</table>\n<h2>Subsystems</h2>\n<table>\n<tr><th>Subsystem</th><th>Purpose</th><th>Trading depends on "
      "it"
      "</th><th>Container</th></tr>\n";
  for (const auto& subsystem : subsystems) page += subsystem_row(subsystem);
  page += "</table>\n</body>\n</html>\n";
  return page;
}

}  // namespace exporter
