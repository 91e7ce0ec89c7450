#include "healer/model/validation_result.h"

namespace healer::validation {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kSkipped:
      return "skipped";
  }
  return "?";
}

}  // namespace healer::validation
