/* What Swift cannot say to libedit: its variadic calls, each wrapped with a fixed arity, and the
   standard streams, which are global variables. Nothing here is of one system only. */
#ifndef FLEXSH_LIBEDIT_SHIM_H
#define FLEXSH_LIBEDIT_SHIM_H

#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

typedef char *(*flexsh_prompt_function)(EditLine *);
typedef unsigned char (*flexsh_key_function)(EditLine *, int);
typedef int (*flexsh_read_function)(EditLine *, wchar_t *);

/* Without this, what is typed beyond ASCII vanishes; the C locale has to make way for UTF-8. */
static inline void flexsh_set_locale(void) {
  if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1) {
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) (void)setlocale(LC_CTYPE, "UTF-8");
  }
}

/* What libedit writes, in memory: a stream, and the text and length that belong to it. */
typedef struct {
  FILE *stream;
  char *text;
  size_t length;
} flexsh_output;

static inline flexsh_output *flexsh_output_create(void) {
  flexsh_output *output = (flexsh_output *)calloc(1, sizeof *output);
  if (output != NULL) output->stream = open_memstream(&output->text, &output->length);
  return output;
}

static inline void flexsh_output_free(flexsh_output *output) {
  if (output == NULL) return;
  if (output->stream != NULL) (void)fclose(output->stream);
  free(output->text);
  free(output);
}

static inline void flexsh_output_put(flexsh_output *output, const char *text) {
  if (output->stream != NULL) (void)fputs(text, output->stream);
}

/* Gives the text that was written since the last call; it is valid until more is written. */
static inline size_t flexsh_output_take(flexsh_output *output, const char **text) {
  if (output->stream == NULL || fflush(output->stream) != 0) return 0;
  size_t length = output->length;
  *text = output->text;
  rewind(output->stream);
  return length;
}

/* The columns of a character; -1 if the locale cannot show it. */
static inline int flexsh_width(wchar_t character) {
  return iswprint((wint_t)character) ? wcwidth(character) : -1;
}

/* Touches stdin, stdout and stderr, which Swift 6 may not. The terminal's descriptors stay with
   libedit, which asks them for the size and the modes; it writes to the stream alone. */
static inline EditLine *flexsh_el_init(const char *program, flexsh_output *output) {
  if (output->stream == NULL) return NULL;
  return el_init_fd(program, stdin, output->stream, output->stream, fileno(stdin), fileno(stdout),
                    fileno(stderr));
}

/* EL_EDITOR takes a name. */
static inline int flexsh_el_set_editor(EditLine *el, const char *name) {
  return el_set(el, EL_EDITOR, name);
}

/* EL_EDITMODE takes a flag. */
static inline int flexsh_el_turn_editing_on(EditLine *el) {
  return el_set(el, EL_EDITMODE, 1);
}

/* EL_SIGNAL takes a flag. */
static inline int flexsh_el_set_signal(EditLine *el, int flag) {
  return el_set(el, EL_SIGNAL, flag);
}

/* EL_PROMPT_ESC takes a function, whose text is kept in the client data, and the character that
   stands around escape sequences in it. */
static inline int flexsh_el_set_prompt(EditLine *el, flexsh_prompt_function function) {
  return el_set(el, EL_PROMPT_ESC, function, '\1');
}

/* EL_GETCFN takes the function that reads a character. */
static inline int flexsh_el_set_reader(EditLine *el, flexsh_read_function function) {
  return el_set(el, EL_GETCFN, function);
}

/* EL_CLIENTDATA takes a pointer, and gives it back through a pointer. */
static inline int flexsh_el_set_client_data(EditLine *el, void *data) {
  return el_set(el, EL_CLIENTDATA, data);
}

static inline void *flexsh_el_client_data(EditLine *el) {
  void *data = NULL;
  (void)el_get(el, EL_CLIENTDATA, &data);
  return data;
}

/* EL_HIST takes the history's own function and its handle. */
static inline int flexsh_el_set_history(EditLine *el, History *history_handle) {
  return el_set(el, EL_HIST, history, history_handle);
}

/* EL_ADDFN takes a name, a help text and a function. */
static inline int flexsh_el_add_function(EditLine *el, const char *name, const char *help,
                                         flexsh_key_function function) {
  return el_set(el, EL_ADDFN, name, help, function);
}

/* EL_BIND takes words, up to a null pointer. */
static inline int flexsh_el_bind(EditLine *el, const char *key, const char *name) {
  return el_set(el, EL_BIND, key, name, NULL);
}

/* With a key alone, EL_BIND writes what is bound to it. */
static inline int flexsh_el_show_binding(EditLine *el, const char *key) {
  return el_set(el, EL_BIND, key, NULL);
}

/* With nothing, EL_BIND writes everything that is bound. */
static inline int flexsh_el_show_bindings(EditLine *el) { return el_set(el, EL_BIND, NULL); }

/* EL_EDITOR gives a name back through a pointer. */
static inline const char *flexsh_el_editor(EditLine *el) {
  const char *name = NULL;
  (void)el_get(el, EL_EDITOR, &name);
  return name;
}

/* The same for the second map, which `bind -v` uses. */
static inline int flexsh_el_bind_alternative(EditLine *el, const char *key, const char *name) {
  return el_set(el, EL_BIND, "-a", key, name, NULL);
}

/* EL_SETTY takes words: while editing, Ctrl-C and Ctrl-Z are keys, not signals, and carriage returns
   and line feeds are what they are: a pasted CRLF is one line end. */
static inline int flexsh_el_set_terminal_modes(EditLine *el) {
  /* While a sentence runs, what is typed waits as it is: a terminal that collects lines drops what is
     beyond 4 KB of one. */
  (void)el_set(el, EL_SETTY, "-x", "-icanon", "-icrnl", NULL);
  return el_set(el, EL_SETTY, "-d", "-isig", "-icrnl", "-inlcr", NULL);
}

/* EL_PREP_TERM takes a flag: whether the terminal is libedit's, or as it was. */
static inline void flexsh_el_take_terminal(EditLine *el) {
  (void)el_set(el, EL_PREP_TERM, 1);
}

static inline void flexsh_el_give_terminal_back(EditLine *el) {
  (void)el_set(el, EL_PREP_TERM, 0);
}

/* EL_REFRESH takes nothing, which Swift cannot say either. */
static inline void flexsh_el_refresh(EditLine *el) {
  (void)el_set(el, EL_REFRESH);
}

/* H_SETSIZE takes a number, H_SETUNIQUE a flag, H_ENTER a line. */
static inline void flexsh_history_configure(History *handle, int size) {
  HistEvent event;
  (void)history(handle, &event, H_SETSIZE, size);
  (void)history(handle, &event, H_SETUNIQUE, 1);
}

static inline void flexsh_history_enter(History *handle, const char *line) {
  HistEvent event;
  (void)history(handle, &event, H_ENTER, line);
}

#endif
