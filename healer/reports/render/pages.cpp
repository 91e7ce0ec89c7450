#include "healer/reports/render/pages.h"

#include <sys/stat.h>

#include "base/http/file_body.h"
#include "base/log.h"
#include "base/text/utf8.h"
#include "healer/reports/data/files.h"
#include "healer/reports/render/html.h"
#include "healer/reports/render/units.h"

namespace healer::reports {
namespace {

// Up to this size a report is sent at once, compressed if the client accepts it; larger ones are streamed.
constexpr std::size_t kInOnePiece = 256 * 1024;

base::http::Response page(std::string content_type, std::string body, std::string_view policy) {
  base::http::Response response{
      .status = 200, .content_type = std::move(content_type), .body = std::move(body), .headers = {}};
  response.headers.emplace("Content-Security-Policy", policy);
  response.headers.emplace("Referrer-Policy", "no-referrer");
  return response;
}

base::http::Response unreadable(const base::Error& error) {
  base::log::warn("failed to read a report", {{"error", error.message}});
  return base::http::json_error(500, "failed to read the report; see the log");
}

}  // namespace

base::http::Response reports_page(const std::string& folder) {
  Document document{.title = "Reports", .blocks = {}};
  document.add(Heading{1, "Reports", ""});
  const auto files = folder.empty() ? std::vector<ReportFile>() : list_reports(folder);
  if (!files) {
    base::log::warn("failed to list the reports", {{"error", files.error().message}});
    return base::http::json_error(500, "failed to list the reports; see the log");
  }
  if (files->empty()) {
    document.add(
        Paragraph{Line(folder.empty() ? "No report folder is configured. Set reports.folder in healer.yml."
                                      : "There are no reports yet.")});
  } else {
    Table table{{{"report"}, {"written"}, {"score", true}, {"status"}}, {}};
    for (const ReportFile& file : *files) {
      std::string score = "–";
      if (file.past) score = file.past->score ? std::to_string(*file.past->score) : std::string(kUnknownWord);
      table.rows.push_back({Line().link(file.name, "/reports/" + file.name), utc(file.written), score,
                            file.past ? file.past->status : ""});
    }
    document.add(std::move(table));
  }
  return page("text/html; charset=utf-8", to_html(document), kContentSecurityPolicy);
}

base::http::Response report_page(const std::string& folder, const std::string& name) {
  struct stat facts{};
  const std::string path = folder + "/" + name;
  if (folder.empty() || !is_report_name(name) || ::lstat(path.c_str(), &facts) != 0 ||
      !S_ISREG(facts.st_mode)) {
    return base::http::json_error(404, fmt::format("unknown report {}", base::excerpt(name)));
  }
  const auto file = base::http::FileBody::open(path);
  if (!file) return unreadable(file.error());
  auto response = page(name.ends_with(".html") ? "text/html; charset=utf-8" : "text/markdown; charset=utf-8",
                       "", fmt::format("{}; {}", kContentSecurityPolicy, kSandbox));
  const std::size_t size = (*file)->size();
  if (size > kInOnePiece) {
    response.stream = *file;
  } else if (size > 0) {
    auto text = (*file)->next(size);
    if (!text) return unreadable(text.error());
    response.body = std::move(*text);
  }
  return response;
}

}  // namespace healer::reports
