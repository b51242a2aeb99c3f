/* SPDX-License-Identifier: MIT */
/*
 * question.c - what a supervisor is asked.
 *
 * It is taken apart and checked here; nothing of it is believed.
 */
#include "question.h"

#include <stdlib.h>
#include <string.h>

#include "asker.h"
#include "client.h"
#include "guest.h"
#include "superd.h"
#include "ward.h"

static struct ward *ward_by_id(const struct superd *superd, const char *id)
{
	LIST_EACH (node, &superd->roster.kids) {
		struct ward *ward = ward_of(LIST_ENTRY(node, struct kid, node));

		if (strcmp(ward->id, id) == 0)
			return ward;
	}
	return NULL;
}

/* NULL: *error says why. */
static struct ward *ward_asked_for(const struct superd *superd,
				   const struct letter *letter, int *error)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct ward *ward;
	char id[SPEC_ID];

	wire_take_text(&in, id, sizeof id);
	if (!wire_is_whole(&in)) {
		*error = TINE_EUSAGE;
		return NULL;
	}
	ward = ward_by_id(superd, id);
	*error = ward ? 0 : TINE_ENOENT;
	return ward;
}

static int ask_start(struct superd *superd, struct client *client,
		     const struct letter *letter)
{
	struct wire_in in = wire_in(letter->body, letter->size);
	struct spec *spec = NULL;
	int error = spec_take(&in, &spec);

	if (error == 0 && !wire_is_whole(&in))
		error = TINE_EUSAGE;
	if (error == 0 && spec->id[0] && ward_by_id(superd, spec->id))
		error = TINE_EEXIST;
	if (error == 0)
		error = superd_add(superd, spec, NULL, client, letter->serial);
	if (error == 0)
		return ASK_LATER;
	spec_free(spec);
	return error;
}

static int ask_terminate(struct superd *superd, struct client *client,
			 const struct letter *letter)
{
	int error;
	struct ward *ward = ward_asked_for(superd, letter, &error);

	if (!ward)
		return error;
	if (!askers_add(&ward->ending, client, letter->serial))
		return TINE_ENOMEM;
	roster_terminate(&superd->roster, &ward->kid);
	if (ward->kid.state == KID_DOWN)
		askers_answer(&ward->ending, 0);
	superd_turn(superd);
	return ASK_LATER;
}

static int ask_restart(struct superd *superd, struct client *client,
		       const struct letter *letter)
{
	int error;
	struct ward *ward = ward_asked_for(superd, letter, &error);

	if (ward && (ward->starting.client || ward->kid.state != KID_DOWN))
		return TINE_EUSAGE;
	if (ward && superd_is_full(superd))
		return TINE_EFULL;
	if (ward)
		error = roster_restart(&superd->roster, &ward->kid);
	if (error < 0)
		return error;
	asker_set(&ward->starting, client, letter->serial);
	superd_turn(superd);
	return ASK_LATER;
}

static int ask_delete(struct superd *superd, struct client *client,
		      const struct letter *letter)
{
	int error;
	struct ward *ward = ward_asked_for(superd, letter, &error);

	(void)client;
	if (ward)
		error = roster_delete(&superd->roster, &ward->kid);
	superd_turn(superd);
	return error;
}

static void ward_tell(const struct ward *ward, struct tine_child_info *info)
{
	*info = (struct tine_child_info){
		.pid = ward->pid,
		.restart = ward->spec->restart,
		.restarts = ward->kid.restarts,
		.last_end = ward->last_end,
	};
	memcpy(info->id, ward->id, sizeof info->id);
}

static int ask_list(struct superd *superd, struct client *client,
		    const struct letter *letter)
{
	size_t count = superd->roster.count, told = 0;
	size_t most = letter->value < 0 ? 0 : (size_t)letter->value;
	struct tine_child_info *infos;

	if (most > count)
		most = count;
	infos = calloc(most + 1, sizeof *infos);
	if (!infos)
		return TINE_ENOMEM;
	LIST_EACH (node, &superd->roster.kids) {
		if (told == most)
			break;
		ward_tell(ward_of(LIST_ENTRY(node, struct kid, node)),
			  &infos[told++]);
	}
	client_say(client, SAY_ANSWER, letter->serial, (int64_t)count, infos,
		   told * sizeof *infos);
	free(infos);
	return ASK_LATER;
}

static int ask_count(struct superd *superd, struct client *client,
		     const struct letter *letter)
{
	struct tine_counts counts = { .specs = superd->roster.count,
				      .active = superd->roster.alive };

	LIST_EACH (node, &superd->roster.kids)
		counts.supervisors +=
			ward_of(LIST_ENTRY(node, struct kid, node))
				->spec->plan != NULL;
	counts.workers = counts.specs - counts.supervisors;
	client_say(client, SAY_ANSWER, letter->serial, 0, &counts,
		   sizeof counts);
	return ASK_LATER;
}

static int ask_stop(struct superd *superd, struct client *client,
		    const struct letter *letter)
{
	(void)client;
	(void)letter;
	superd_stop(superd);
	return 0;
}

/* Its owner could not take note of it. Nobody waits for an answer. */
static int ask_drop(struct superd *superd, struct client *client,
		    const struct letter *letter)
{
	LIST_EACH (node, &client->guests) {
		struct guest *guest = LIST_ENTRY(node, struct guest, node);

		if (guest->serial != (uint64_t)letter->value)
			continue;
		guest_drop(superd, guest);
		break;
	}
	superd_turn(superd);
	return ASK_LATER;
}

int question_answer(struct client *client, const struct letter *letter)
{
	static int (*const answers[])(struct superd *, struct client *,
				      const struct letter *) = {
		[ASK_START] = ask_start,     [ASK_TERMINATE] = ask_terminate,
		[ASK_RESTART] = ask_restart, [ASK_DELETE] = ask_delete,
		[ASK_LIST] = ask_list,       [ASK_COUNT] = ask_count,
		[ASK_STOP] = ask_stop,       [ASK_DROP] = ask_drop,
	};

	if (letter->kind >= sizeof answers / sizeof *answers ||
	    !answers[letter->kind])
		return TINE_EUSAGE;
	return answers[letter->kind](client->superd, client, letter);
}
