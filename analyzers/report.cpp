#include "analyzers/report.hpp"

namespace leadline {

std::string_view name_of(Conclusion conclusion) {
  switch (conclusion) {
  case Conclusion::success:
    return "success";
  case Conclusion::failure:
    return "failure";
  case Conclusion::action_required:
    return "action_required";
  }
  return "action_required";
}

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
  case ChangeKind::modified:
    return "modified";
  case ChangeKind::added:
    return "added";
  case ChangeKind::removed:
    return "removed";
  }
  return "modified";
}

} // namespace leadline
