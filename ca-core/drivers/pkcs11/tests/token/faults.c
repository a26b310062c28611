/* A library of PKCS #11 that passes everything to SoftHSM, but for the fault that the file FAULT names at the moment. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long rv;
typedef unsigned long handle;
typedef unsigned long size;

/* CK_FUNCTION_LIST of version 2.40: a version, then 68 functions in the order of the standard. */
struct list {
    unsigned char version[2];
    void *functions[68];
};

enum { FINALIZE = 1, GET_TOKEN_INFO = 6, OPEN_SESSION = 12, CLOSE_ALL_SESSIONS = 14, LOGIN = 18, GET_ATTRIBUTES = 24, SIGN = 43, RANDOM = 64 };

struct attribute {
    unsigned long type;
    void *value;
    size length;
};

static struct list *real, list;
static handle slot;

static int fault(const char *name)
{
    char line[64] = "";
    FILE *file = fopen(FAULT, "r");
    if (!file)
        return 0;
    if (!fgets(line, sizeof line, file))
        line[0] = 0;
    fclose(file);
    return strcmp(line, name) == 0;
}

/* A fault that happens once. */
static int once(const char *name)
{
    return fault(name) && unlink(FAULT) == 0;
}

static rv get_token_info(handle at, unsigned char *info)
{
    rv result = ((rv (*)(handle, unsigned char *))real->functions[GET_TOKEN_INFO])(at, info);
    unsigned long *flags = (unsigned long *)(info + 96);
    if (fault("last-try"))
        *flags |= 0x00020000;
    if (fault("locked-flag"))
        *flags |= 0x00040000;
    return result;
}

static rv open_session(handle at, unsigned long flags, void *application, void *notify, handle *session)
{
    slot = at;
    if (fault("no-session"))
        return 0xB1;
    return ((rv (*)(handle, unsigned long, void *, void *, handle *))real->functions[OPEN_SESSION])(
        at, flags, application, notify, session);
}

static rv login(handle session, unsigned long user, unsigned char *pin, size length)
{
    FILE *count = fopen(FAULT ".logins", "a");
    if (count) {
        fputc('.', count);
        fclose(count);
    }
    if (fault("pin-locked"))
        return 0xA4;
    return ((rv (*)(handle, unsigned long, unsigned char *, size))real->functions[LOGIN])(
        session, user, pin, length);
}

static rv get_attributes(handle session, handle object, struct attribute *template, size count)
{
    rv result = ((rv (*)(handle, handle, struct attribute *, size))real->functions[GET_ATTRIBUTES])(
        session, object, template, count);
    if (result == 0 && fault("extractable"))
        for (size index = 0; index < count; index++)
            if (template[index].type == 0x162 && template[index].value)
                *(unsigned char *)template[index].value = 1;
    return result;
}

static rv sign(handle session, unsigned char *data, size length, unsigned char *signature, size *out)
{
    if (fault("hang"))
        sleep(3600);
    if (once("device-error"))
        return 0x30;
    if (fault("function-failed"))
        return 0x06;
    if (once("sessions-closed"))
        ((rv (*)(handle))real->functions[CLOSE_ALL_SESSIONS])(slot);
    if (once("finalized"))
        ((rv (*)(void *))real->functions[FINALIZE])(0);
    rv result = ((rv (*)(handle, unsigned char *, size, unsigned char *, size *))real->functions[SIGN])(
        session, data, length, signature, out);
    if (result || !signature)
        return result;
    if (fault("wrong-signature"))
        signature[5] ^= 1;
    if (fault("zero-signature"))
        memset(signature, 0, *out);
    if (fault("short-signature"))
        *out -= 1;
    return result;
}

static rv random_bytes(handle session, unsigned char *out, size length)
{
    if (fault("no-randomness")) {
        memset(out, 7, length);
        return 0;
    }
    return ((rv (*)(handle, unsigned char *, size))real->functions[RANDOM])(session, out, length);
}

rv C_GetFunctionList(struct list **out)
{
    if (!real) {
        void *library = dlopen(MODULE, RTLD_NOW | RTLD_LOCAL);
        rv (*get)(struct list **) = library ? (rv (*)(struct list **))dlsym(library, "C_GetFunctionList") : 0;
        if (!get || get(&real))
            return 0x05;
        list = *real;
        list.functions[GET_TOKEN_INFO] = (void *)get_token_info;
        list.functions[OPEN_SESSION] = (void *)open_session;
        list.functions[LOGIN] = (void *)login;
        list.functions[GET_ATTRIBUTES] = (void *)get_attributes;
        list.functions[SIGN] = (void *)sign;
        list.functions[RANDOM] = (void *)random_bytes;
    }
    *out = &list;
    return 0;
}
