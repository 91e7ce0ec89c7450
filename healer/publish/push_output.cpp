#include "healer/publish/push_output.h"

#include <utility>

#include "base/http/client.h"
#include "base/http/url.h"
#include "healer/publish/policy_json.h"

namespace healer::policy {
namespace {

class PushOutput final : public Output {
 public:
  explicit PushOutput(const PushPolicyConfig& config)
      : url_(config.url),
        path_(base::parse_base_url(config.url).value_or(base::BaseUrl{}).prefix),
        client_(config.url.substr(0, config.url.size() - path_.size()), config.http) {}

  base::Result<> deliver(const PolicyDocument& document, base::Duration, base::Deadline deadline) override {
    const auto answer =
        client_.post(path_.empty() ? "/" : path_, policy_document(document), "application/json", deadline);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status < 200 || answer->status > 299)
      return base::fail("{} answered {}", url_, answer->status);
    return {};
  }

 private:
  const std::string url_;
  const std::string path_;
  const base::http::Client client_;
};

}  // namespace

std::unique_ptr<Output> make_push_output(const PushPolicyConfig& config) {
  return std::make_unique<PushOutput>(config);
}

}  // namespace healer::policy
