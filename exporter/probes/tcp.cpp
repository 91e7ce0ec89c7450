#include "exporter/probes/tcp.h"

#include <optional>
#include <vector>

#include "exporter/probes/config.h"
#include "exporter/probes/expectation.h"

namespace exporter::probes {
namespace {

using base::yaml::Node;

constexpr std::size_t kMaxResponse = 256 * 1024;

struct Step {
  std::optional<Regex> expect;
  std::string send;
};

struct Options {
  base::Endpoint address;
  std::optional<TlsOptions> tls;
  std::vector<Step> steps;
};

class TcpProber final : public Prober {
 public:
  explicit TcpProber(Options options) : options_(std::move(options)) {}

  ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) override {
    ProbeResult answer;
    auto dialled = dial(options_.address, options_.tls, deadline, stop);
    answer.certificate_expires = dialled.certificate_expires;
    const auto talked = dialled.connection ? talk(*dialled.connection)
                                           : Outcome<void>(std::unexpected(dialled.connection.error()));
    if (!talked) answer.failure = talked.error();
    return answer;
  }

 private:
  Outcome<void> talk(Connection& connection) const {
    for (const Step& step : options_.steps) {
      if (step.expect) {
        auto met = await(connection, *step.expect);
        if (!met) return met;
      }
      auto sent = connection.send(step.send);
      if (!sent) return sent;
    }
    return {};
  }
  static Outcome<void> await(Connection& connection, const Regex& expected) {
    std::string came;
    while (!expected.matches(came)) {
      auto more = connection.receive();
      if (!more) return std::unexpected(more.error());
      if (more->empty() || came.size() + more->size() > kMaxResponse) {
        return failed(Reason::kBody,
                      fmt::format("the received data does not match {}", expected.expression()));
      }
      came += *more;
    }
    return {};
  }

  Options options_;
};

Step read_step(const Node& node) {
  node.only({"expect", "send"});
  Step step;
  const Node expect = node.optional("expect");
  if (expect.present()) step.expect = read_regex(expect, Regex::Lines::kEach);
  step.send = node.optional("send").string();
  if (node.is_map() && !step.expect && step.send.empty()) node.problem("needs expect or send");
  return step;
}

}  // namespace

MakeProber read_tcp(const Node& node) {
  only(node, {"address", "tls", "tls_config", "query_response"});
  Options options;
  options.address = read_address(node.required("address"));
  const Node config = node.optional("tls_config");
  const TlsOptions tls = read_tls(config);
  if (node.optional("tls").boolean(false)) options.tls = tls;
  if (config.present() && !options.tls) config.problem("needs tls: true");
  for (const Node& each : node.optional("query_response").items()) options.steps.push_back(read_step(each));
  return [options = std::move(options)] { return std::make_unique<TcpProber>(options); };
}

}  // namespace exporter::probes
