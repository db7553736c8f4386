#pragma once

#include "analyzers/settings/setting.hpp"

#include <span>
#include <vector>

namespace leadline {

// Whether a setting beside that key, or beside the list that it stands in, says that the rule is
// about outgoing traffic: `type = "egress"`, `direction: outbound`. `head` is all of its file.
bool is_beside_outgoing(const KeyPath& key, std::span<const Setting> head);

// Whether a protection inside of a Terraform resource now stands as a resource of its own for that
// bucket, as version 4 of the AWS provider wants it
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-4-upgrade).
bool stands_as_resource(const Setting& removed, const std::vector<const Setting*>& added);

} // namespace leadline
