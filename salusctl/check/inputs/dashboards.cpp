#include "salusctl/check/inputs/dashboards.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/os/file.h"
#include "base/text/json.h"

namespace healer::salusctl::check {
namespace {

using base::yaml::Node;

struct Source {
  std::string uid;
  int line = 1;
  bool is_prometheus = true;
};

std::string word(const Node& node) { return node.present() && node.is_scalar() ? node.string() : ""; }

// A query without a data source uses that of its panel.
Source source_of(const Node& node, const Source& inherited) {
  const Node source = node.optional("datasource");
  if (!source.present()) return inherited;
  if (!source.is_map()) return {word(source), source.line(), true};
  const std::string type = word(source.optional("type"));
  return {word(source.optional("uid")), source.line(), type.empty() || type == "prometheus"};
}

// Of "byte 36: …".
int line_of(std::string_view text, std::string_view error) {
  std::size_t byte = 0;
  if (error.starts_with("byte ")) std::from_chars(error.data() + 5, error.data() + error.size(), byte);
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

class Reader {
 public:
  Reader(const std::string& file, Dashboard& board) : file_(file), board_(board) {}

  void read(const Node& root) {
    const Node uid = root.optional("uid");
    board_.uid = word(uid);
    board_.uid_line = uid.present() ? uid.line() : 1;
    read_panels(root);
    for (const Node& each : list(root.optional("annotations"))) read_annotation(each);
    for (const Node& each : list(root.optional("templating"))) read_variable(each);
  }

 private:
  static std::vector<Node> items(const Node& node) {
    return node.present() && node.is_list() ? node.items() : std::vector<Node>{};
  }
  static std::vector<Node> list(const Node& node) {
    return node.is_map() ? items(node.optional("list")) : std::vector<Node>{};
  }

  // The panels of a collapsed row are inside the row.
  void read_panels(const Node& node) {
    for (const Node& panel : items(node.optional("panels"))) {
      if (!panel.is_map()) continue;
      const Source source = source_of(panel, {"", panel.line(), true});
      for (const Node& target : items(panel.optional("targets"))) {
        if (target.is_map())
          add(target.optional("expr"), "panel " + word(panel.optional("title")), source_of(target, source));
      }
      read_panels(panel);
    }
  }

  void read_annotation(const Node& node) {
    if (!node.is_map()) return;
    add(node.optional("expr"), "annotation " + word(node.optional("name")),
        source_of(node, {"", node.line(), true}));
  }

  void read_variable(const Node& node) {
    if (!node.is_map() || word(node.optional("type")) != "query") return;
    const Node query = node.optional("query");
    add(query.is_map() ? query.optional("query") : query, "variable " + word(node.optional("name")),
        source_of(node, {"", node.line(), true}));
  }

  void add(const Node& node, std::string asker, const Source& source) {
    std::string text = word(node);
    if (text.empty() || !source.is_prometheus) return;
    DashboardQuery asked{
        {file_, node.line(), false, std::move(asker), std::move(text), {}}, "", source.uid, source.line};
    take_label_values(asked);
    asked.query.names = promql_names(asked.query.expr);
    board_.queries.push_back(std::move(asked));
  }

  // Grafana's functions: label_values(series, label), label_values(label), label_names(), metrics(pattern).
  static void take_label_values(DashboardQuery& asked) {
    std::string& expr = asked.query.expr;
    if (expr.starts_with("label_names(") || expr.starts_with("metrics(")) expr.clear();
    if (!expr.starts_with("label_values(") || !expr.ends_with(')')) return;
    const std::string inside = expr.substr(13, expr.size() - 14);
    const std::size_t comma = inside.rfind(',');
    expr = comma == inside.npos ? "" : inside.substr(0, comma);
    if (comma == inside.npos) return;
    const std::size_t label = inside.find_first_not_of(' ', comma + 1);
    if (label != inside.npos) asked.label = inside.substr(label);
  }

  const std::string& file_;
  Dashboard& board_;
};

}  // namespace

std::vector<Dashboard> read_dashboards(const std::string& folder, base::yaml::Problems& problems) {
  std::vector<Dashboard> boards;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") boards.push_back({entry.path().string(), "", 1, {}});
  }
  std::ranges::sort(boards, {}, &Dashboard::file);
  std::erase_if(boards, [&](Dashboard& board) {
    const auto text = base::read_file(board.file);
    const auto json = text ? base::parse_json(*text) : std::unexpected(text.error());
    if (!json) {
      problems.add({board.file, text ? line_of(*text, json.error().message) : 1, "", json.error().message});
      return true;
    }
    // JSON is also YAML; the YAML reader provides line numbers.
    Reader(board.file, board).read(base::yaml::parse(*text, board.file, problems));
    return false;
  });
  return boards;
}

}  // namespace healer::salusctl::check
