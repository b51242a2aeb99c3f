/* SPDX-License-Identifier: MIT */
/*
 * json-get FILE KEY... - print what is in a JSON file behind keys and indices.
 *
 * A string is printed as it is, anything else as JSON. The exit status is 1
 * when nothing is there.
 */
#include <err.h>
#include <jansson.h>
#include <stdlib.h>

static json_t *step(const json_t *value, const char *key)
{
	if (json_is_array(value))
		return json_array_get(value, strtoul(key, NULL, 10));
	return json_object_get(value, key);
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *document, *value;

	if (argc < 2)
		errx(2, "name a file, and keys");
	document = value = json_load_file(argv[1], JSON_DECODE_ANY, &error);
	if (!document)
		errx(1, "%s: %s", argv[1], error.text);
	for (int i = 2; i < argc; i++)
		value = step(value, argv[i]);

	if (value && json_is_string(value))
		(void)puts(json_string_value(value));
	else if (value)
		(void)json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
	json_decref(document);
	return value ? EXIT_SUCCESS : EXIT_FAILURE;
}
