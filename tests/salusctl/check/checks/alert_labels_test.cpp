#include "salusctl/check/checks/alert_labels.h"

#include <fstream>
#include <map>

#include "tests/catch.h"

using namespace healer::salusctl::check;

TEST_CASE("the closed lists are those of docs/alert-contract.md") {
  std::ifstream page(SALUS_SOURCE_DIR "/docs/alert-contract.md");
  std::map<std::string, std::vector<std::string>> rows;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    const std::size_t begin = line.find('|', 1) + 1;
    const std::string values = line.substr(begin, line.find('|', begin) - begin);
    for (std::size_t at = 0; (at = values.find('`', at)) != values.npos;) {
      const std::size_t end = values.find('`', at + 1);
      rows[name].push_back(values.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  for (const ContractLabel& label : contract_labels()) {
    CAPTURE(label.name);
    CHECK(rows[std::string(label.name)] ==
          std::vector<std::string>(label.values.begin(), label.values.end()));
    rows.erase(std::string(label.name));
  }
  std::erase_if(rows, [](const auto& row) { return row.first.contains(':') || row.second.empty(); });
  CHECK(rows.empty());
}

TEST_CASE("what a label's template can come out as is reported where that is certain") {
  using Values = std::optional<std::set<std::string>>;
  const auto [text, expected] = GENERATE(table<std::string, Values>({
      {"critical", {{"critical"}}},
      {"{{ if eq $labels.a \"b\" }}critical{{ else }}warning{{ end }}", {{"critical", "warning"}}},
      {"{{ if $labels.a }}restart{{ end }}", {{"", "restart"}}},
      {"{{ if $a }}x{{ else if $b }}y{{ end }}", {{"", "x", "y"}}},
      {"{{ eq $labels.a \"b\" }}", {{"true", "false"}}},
      {"{{ $labels.a }}", std::nullopt},
      {"a-{{ $labels.a }}", std::nullopt},
      {"{{ if $a }}{{ $labels.a }}{{ end }}", std::nullopt},
      {"", {{""}}},
  }));
  CAPTURE(text);
  CHECK(outcomes(text) == expected);
}

TEST_CASE("an alert's labels come out in every way together") {
  Rule rule;
  rule.name = "Down";
  rule.labels = {{"severity", "{{ if $a }}critical{{ else }}warning{{ end }}", 1},
                 {"heal", "{{ if $labels.container }}restart{{ end }}", 1},
                 {"issue", "{{ $labels.issue }}", 1}};
  const auto ways = possible_labels(rule);
  CHECK(ways.size() == 4);
  for (const PossibleLabels& way : ways) {
    CHECK(way.at("alertname") == std::set<std::string>{"Down"});
    CHECK(way.at("policy") == std::set<std::string>{""});
    CHECK_FALSE(way.contains("issue"));
    CHECK_FALSE(way.contains("container"));
  }
}
